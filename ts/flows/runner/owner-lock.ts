/**
 * Whether the tab of an owner is gone (DESIGN: in pages a Web Lock tells sooner). All tabs and workers of an origin see its
 * locks, as they see its databases; a lock is let go when its tab is closed or crashes. Fencing decides, this only hurries.
 */

/** What of the Web Locks API is used. */
interface Locks {
  request(name: string, callback: () => Promise<void>): Promise<void>
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>
}

const PREFIX = 'unitflow-flows:'

/** The locks of a page or its worker: Node's are of one process only, which shares its files with others. */
function locksOfPage(): Locks | undefined {
  const host: { readonly location?: unknown; readonly navigator?: { readonly locks?: Locks } } = globalThis
  return host.location === undefined ? undefined : host.navigator?.locks
}

/**
 * An owner whose tab holds a lock for as long as it lives.
 *
 * @returns resolves when the lock is held; `owner` begins so that `goneOwners` knows it
 */
export function pageOwner(id: string): { readonly owner: string; hold(): Promise<() => void> } | undefined {
  const locks = locksOfPage()
  if (locks === undefined) return undefined
  const owner = `${PREFIX}${id}`
  return {
    owner,
    hold: () =>
      new Promise((held) => {
        let release: () => void = () => undefined
        const until = new Promise<void>((resolve) => (release = resolve))
        // Where locks are refused (a private origin, say) leases do without.
        locks
          .request(owner, () => {
            held(release)
            return until
          })
          .catch(() => held(release))
      }),
  }
}

/** Of these owners, those whose tabs are gone. */
export async function goneOwners(owners: readonly string[]): Promise<ReadonlySet<string>> {
  const locks = locksOfPage()
  const asked = owners.filter((owner) => owner.startsWith(PREFIX))
  if (locks === undefined || asked.length === 0) return new Set()
  try {
    const { held = [] } = await locks.query()
    const alive = new Set(held.map(({ name }) => name))
    return new Set(asked.filter((owner) => !alive.has(owner)))
  } catch {
    return new Set()
  }
}
