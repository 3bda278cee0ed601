import { spanOf } from './span.js'
import type { TimelineBar, TimelineOutcome, TimelineRow } from './timeline.js'

/** What a row came to: what its last bar did that came to anything. */
export function outcomeOf({ bars }: TimelineRow): TimelineOutcome | undefined {
  return bars.findLast(({ outcome }) => outcome !== undefined)?.outcome
}

const WORDS: Readonly<Record<TimelineOutcome, string>> = {
  completed: '',
  failed: 'failed',
  canceled: 'canceled',
  'timed-out': 'timed out',
  open: 'open',
}

/** An outcome in words. */
export function outcomeWords(outcome: TimelineOutcome): string {
  return outcome === 'completed' ? 'completed' : WORDS[outcome]
}

/**
 * A row in a few words, the most telling first: `failed after 14 s, 3 attempts: card declined`.
 *
 * @param signs what stands for an outcome in place of words, where there is little room
 */
export function noteOf(row: TimelineRow, signs?: Readonly<Record<TimelineOutcome, string>>): string {
  const { bars, marks } = row
  const first = bars[0]
  if (first === undefined) return marks.length > 1 ? `${marks.length.toLocaleString('en')} times` : ''
  if (bars.every(({ kind }) => kind === 'deciding')) return decisionsNote(bars)
  const last = bars.findLast(({ outcome }) => outcome !== undefined) ?? bars.at(-1) ?? first
  const span = spanOf(last.to - first.from)
  const attempts = bars.filter(({ kind }) => kind === 'running').length
  const outcome = last.outcome ?? 'completed'
  const words = signs?.[outcome] ?? `${WORDS[outcome]} ${outcome === 'open' ? 'for' : 'after'}`
  const taken = outcome === 'completed' ? span : `${words} ${span}`
  const tried = attempts > 1 ? `, ${attempts} attempts` : ''
  return `${taken}${tried}${last.label === undefined ? '' : `: ${last.label}`}`
}

function decisionsNote(bars: readonly TimelineBar[]): string {
  const counted = (outcome: TimelineOutcome): number => bars.filter((bar) => bar.outcome === outcome).length
  const troubles = (['failed', 'timed-out', 'open'] as const)
    .map((outcome) => [outcome, counted(outcome)] as const)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `, ${count} ${WORDS[outcome]}`)
  return `${bars.length.toLocaleString('en')} ${bars.length === 1 ? 'decision' : 'decisions'}${troubles.join('')}`
}
