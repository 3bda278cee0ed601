/**
 * The numbers of one real, large model: 37 processes, in the counts of its tasks and the sizes of its units.
 * Workflows of other sizes are given the same mix.
 *
 * The model was counted in dialect A. Of its 328 elements 7 were `_BoundaryEventParent`, which later dialects write
 * as internal tasks: 7 plain tasks (`NoneTask`) stand in their place here, as what the boundary events hang on.
 */
export const REAL = {
  processes: 37,
  callable: 24,
  /** Bytes of the whole, minified. */
  bytes: 347_372,
  calls: 47,
  /** Processes that several processes call. */
  shared: 7,
  kinds: {
    exclusivePairs: 38,
    scripts: 32,
    throws: 29,
    services: 14,
    rules: 10,
    users: 10,
    boundaries: 7,
    parallelPairs: 3,
    manuals: 2,
    /** End events beyond one for each process. */
    ends: 1,
  },
  /** Bytes of all decision tables. */
  tables: 44_000,
  /** Element ids that occur in several processes, and how often each does. */
  repeated: { StartEvent_1: 16, EndEvent_1: 5, Gateway_Done: 3, Activity_Notify: 3, Event_Error: 2 },
  /** Minified bytes of each callable process with what it embeds, ascending: median 4,800, largest 126,900. */
  units: [
    ...[2_700, 2_850, 3_000, 3_150, 3_300, 3_500, 3_700, 3_900, 4_100, 4_300, 4_500, 4_700],
    ...[4_900, 6_000, 7_600, 9_200, 11_200, 13_600, 16_400, 19_800, 23_800, 28_600, 34_700, 126_900],
  ],
  depth: 6,
}

/** @param {number} count of the real model @param {number} processes */
export const share = (count, processes) => Math.round((count * processes) / REAL.processes)

/**
 * The sizes of `callable` units, ascending, distributed as in the real model and `total` together.
 *
 * @param {number} callable
 * @param {number} total
 */
export function unitSizes(callable, total) {
  const last = REAL.units.length - 1
  const sizes = Array.from({ length: callable }, (_, index) => {
    const at = Math.min(last, Math.max(0, ((index + 0.5) * REAL.units.length) / callable - 0.5))
    const [below = 0, above = 0] = [REAL.units[Math.floor(at)], REAL.units[Math.ceil(at)]]
    return below + (above - below) * (at - Math.floor(at))
  })
  // What an empty process takes does not scale.
  const smallest = REAL.units[0] ?? 0
  const sum = sizes.reduce((a, b) => a + b, 0)
  const factor = (total - callable * smallest) / (sum - callable * smallest)
  return sizes.map((size) => smallest + (size - smallest) * factor)
}
