import { canonicalJson } from '../canonical-json.js'
import type { ModelRun } from './model-run.js'

/** What a run of SpiffWorkflow came to: how often each element was completed, and the data at the end. */
export interface RecordedRun {
  readonly status: string
  readonly completed: Readonly<Record<string, number>>
  readonly data: unknown
}

/** How often each is there. */
export function countsOf(elements: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What is different, one line for each element; nothing where the two are equal. */
export function differencesOf(ours: ModelRun, recorded: RecordedRun): readonly string[] {
  const found = elementDifferences(countsOf(ours.completed), recorded.completed)
  if (ours.status !== recorded.status) {
    found.unshift(
      `${ours.status}, recorded ${recorded.status}${ours.why === undefined ? '' : `: ${ours.why}`}`,
    )
  }
  if (recorded.status === 'completed' && canonicalJson(ours.data) !== canonicalJson(recorded.data)) {
    found.push(`data ${canonicalJson(ours.data)}, recorded ${canonicalJson(recorded.data)}`)
  }
  return found
}

function elementDifferences(
  ours: Readonly<Record<string, number>>,
  recorded: Readonly<Record<string, number>>,
): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(recorded)])].sort().flatMap((element) => {
    const [here, there] = [ours[element] ?? 0, recorded[element] ?? 0]
    return here === there ? [] : [`${element} ${here} times, recorded ${there} times`]
  })
}

/** Whether one has completed nothing that the other one has not: of runs that were cut off. */
export function isPartOf(
  part: Readonly<Record<string, number>>,
  whole: Readonly<Record<string, number>>,
): boolean {
  return Object.entries(part).every(([element, times]) => times <= (whole[element] ?? 0))
}
