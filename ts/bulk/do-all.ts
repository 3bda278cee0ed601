/** So many at once: a store that commits in groups has something to group. */
const AT_ONCE = 32

/** What was done to many: each stands for itself, and one that fails holds up no other. In the order of the ids. */
export interface DoneAll<T> {
  readonly done: readonly { readonly id: string; readonly result: T }[]
  readonly failed: readonly { readonly id: string; readonly error: unknown }[]
}

/** Does something to everything that these ids name. */
export async function doAll<T>(
  ids: AsyncIterable<string>,
  act: (id: string) => Promise<T>,
): Promise<DoneAll<T>> {
  // Those that come while it is at work, or because of it, are not meant.
  const meant: string[] = []
  for await (const id of ids) meant.push(id)
  const done: DoneAll<T>['done'][number][] = []
  const failed: DoneAll<T>['failed'][number][] = []
  for (let at = 0; at < meant.length; at += AT_ONCE) {
    const some = meant.slice(at, at + AT_ONCE)
    const settled = await Promise.allSettled(some.map((id) => act(id)))
    for (const [index, one] of settled.entries()) {
      const id = some[index] ?? ''
      if (one.status === 'fulfilled') done.push({ id, result: one.value })
      else failed.push({ id, error: one.reason })
    }
  }
  return { done, failed }
}
