import type { AnyStepWorkflow, KeptReport, StepPlan } from '../steps/index.js'
import { momentsOf, spanOf } from '../timeline/span.js'
import type { DescribeOptions } from './describe.js'
import { counted } from './step-words.js'

/** What there is to say of a workflow as a whole, in lines. */
export function summaryOf(
  { steps, needs, results }: AnyStepWorkflow,
  { report, plan }: DescribeOptions,
): readonly string[] {
  const lines = [
    `${counted(steps.length, 'step')}, ${counted(needs.length, 'needed state')}, ${counted(results.length, 'result')}`,
  ]
  if (report !== undefined) {
    const { startedAt, milliseconds } = report
    lines.push(outcomeText(report), momentsOf(startedAt, startedAt + milliseconds))
  }
  if (plan !== undefined) lines.push(planText(plan))
  return lines
}

/** What a run has come to: `completed after 1.4 s: 2 ran, 1 skipped`. */
export function outcomeText({ status, milliseconds, ran, skipped, steps }: KeptReport): string {
  const restored = skipped.filter((one) => one.restored !== undefined).length
  const blocked = steps.filter(({ type }) => type === 'blocked').length
  const failed = steps.length - ran.length - skipped.length - blocked
  const name = status === 'timed-out' ? 'timed out' : status
  return `${name} after ${spanOf(milliseconds)}: ${parts([
    [ran.length, 'ran'],
    [skipped.length - restored, 'skipped'],
    [restored, 'restored'],
    [failed, 'came to nothing'],
    [blocked, 'not begun'],
  ])}`
}

/** What a run would do: `2 would run, 1 depends, 4 would be skipped`. */
export function planText({ runs, depends, skips, blocked }: StepPlan): string {
  return parts([
    [runs.length, 'would run'],
    [depends.length, depends.length === 1 ? 'depends on others' : 'depend on others'],
    [skips.length, 'would be skipped'],
    [blocked.length, 'cannot run'],
  ])
}

function parts(counts: readonly (readonly [number, string])[]): string {
  const some = counts.filter(([count]) => count > 0)
  return some.length === 0
    ? 'nothing to do'
    : some.map(([count, words]) => `${count.toLocaleString('en')} ${words}`).join(', ')
}
