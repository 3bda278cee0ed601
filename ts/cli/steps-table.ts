import type { KeptReport, PlannedStep, StepPlan, StepReport } from '../steps/index.js'
import { outcomeText, planText } from '../step-drawing/step-summary.js'
import { changesText, reasonText } from '../step-drawing/step-words.js'
import { momentOf, spanOf } from '../timeline/span.js'
import type { Colors } from './colors.js'
import { printable } from './printable.js'
import { errorText } from './process-words.js'
import type { Session } from './session.js'

/** What a run would do, as a table. */
export function sayPlan({ colors, say, sayTable }: Session, plan: StepPlan): void {
  say(`${colors.bold(printable(plan.workflow))}  ${planText(plan)}\n\n`)
  sayTable(
    [
      { head: 'Step', flexible: 'shorten' },
      { head: 'Plan', paint: paintWord(colors) },
      { head: 'Why', flexible: 'cut' },
    ],
    plan.steps.map((planned) => [planned.step, PLANNED[planned.type], whyOfPlan(planned)]),
  )
}

const PLANNED: Readonly<Record<PlannedStep['type'], string>> = {
  run: 'run',
  skip: 'skip',
  depends: 'depends',
  blocked: 'blocked',
}

function whyOfPlan(planned: PlannedStep): string {
  switch (planned.type) {
    case 'run':
      return withChanges(planned)
    case 'skip':
      return reasonText(planned.because)
    case 'depends':
      return `on what ${planned.on.join(', ')} will give`
    case 'blocked':
      return `no value: ${planned.missing.join(', ')}`
  }
}

/** What has become of a run, as a table. */
export function sayReport({ colors, say, sayTable }: Session, report: KeptReport): void {
  const { workflow, status, startedAt, steps } = report
  const outcome = outcomeText(report)
  const paint = paintWord(colors)
  say(`${colors.bold(printable(workflow))}  ${paint(status, outcome)}\n`)
  say(`${colors.dim(`begun ${momentOf(startedAt)} UTC`)}\n\n`)
  sayTable(
    [
      { head: 'Step', flexible: 'shorten' },
      { head: 'Status', paint },
      { head: 'Time', align: 'right' },
      { head: 'Why', flexible: 'cut' },
      { head: 'Came to', flexible: 'cut' },
    ],
    steps.map((one) => [one.step, statusOf(one), timeOf(one), whyOf(one), cameTo(one)]),
  )
}

/** What a step is said to be. */
export function statusOf(report: StepReport): string {
  if (report.type === 'skipped') return report.restored === undefined ? 'skipped' : 'restored'
  return report.type === 'blocked' ? 'not begun' : report.type
}

function timeOf(report: StepReport): string {
  return 'milliseconds' in report && report.attempts > 0 ? spanOf(report.milliseconds) : ''
}

function whyOf(report: StepReport): string {
  switch (report.type) {
    case 'ran':
    case 'failed':
    case 'timed-out':
    case 'canceled':
      return withChanges(report)
    case 'skipped':
      return reasonText(report.because)
    case 'blocked':
      return report.by.length === 0 ? 'the run was called off' : `needs ${report.by.join(', ')}`
  }
}

/** What a step came to, in words. */
export function cameTo(report: StepReport): string {
  switch (report.type) {
    case 'ran': {
      const { changed, attempts } = report
      const gave = changed.length === 0 ? 'changed nothing' : `changed ${changed.join(', ')}`
      return attempts > 1 ? `${gave}, ${attempts} attempts` : gave
    }
    case 'failed':
    case 'timed-out':
    case 'canceled': {
      const tried = report.attempts > 1 ? `, ${report.attempts} attempts` : ''
      return `${errorText(report.error)}${tried}`
    }
    case 'skipped':
      return report.restored === undefined ? '' : `gave back ${report.restored.join(', ')}`
    case 'blocked':
      return ''
  }
}

function withChanges({
  because,
  changes = [],
}: Pick<Extract<StepReport, { readonly type: 'ran' }>, 'because' | 'changes'>): string {
  return changes.length === 0 ? reasonText(because) : `${reasonText(because)}: ${changesText(changes)}`
}

/** Colours what is said of a step, or of a run; a text of the same colour. */
export function paintWord(colors: Colors): (word: string, text?: string) => string {
  const paints: Readonly<Record<string, (text: string) => string>> = {
    run: colors.cyan,
    running: colors.cyan,
    depends: colors.magenta,
    skip: colors.dim,
    skipped: colors.dim,
    waiting: colors.dim,
    blocked: colors.red,
    ran: colors.green,
    completed: colors.green,
    restored: colors.green,
    failed: colors.red,
    'timed-out': colors.red,
    canceled: colors.yellow,
    retrying: colors.yellow,
    'not begun': colors.yellow,
  }
  return (word, text = word) => paints[word]?.(text) ?? text
}
