/** Enough to keep a disk or a server busy, far from any limit on open files. */
const AT_ONCE = 16

/**
 * Does the work for every item, `atOnce` at a time; results are in the items' order.
 * After a failure nothing new is begun, and it rejects only when nothing is under way any more.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce: number = AT_ONCE,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  const queue = items.entries()
  let failed = false
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results[index] = await work(item)
      } catch (error) {
        failed = true
        throw error
      }
      if (failed) return
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  for (const outcome of lanes) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
  return results
}
