import { emptyRecord } from '../../units/json-reading.js'
import { define } from '../../values/index.js'
import type { StepEvent, StepPlan, StepReport, StepRunReport } from '../runner/index.js'
import type { ProcessSteps } from './process-steps.js'

/** What became of a run: plain data. Steps are processes, `ran` and the other lists hold their ids. */
export type ProcessRunReport<Result = unknown> = StepRunReport<Readonly<Record<string, Result>>> & {
  readonly cacheKey: string
  /** Hex SHA-256 of the version that it was run for. */
  readonly version: string
  /** Of how many processes that are not there any more the results were dropped. */
  readonly dropped: number
}

/** What a run would do now: plain data. */
export interface ProcessPlan {
  readonly cacheKey: string
  readonly version: string
  /** The processes that would be run. */
  readonly runs: readonly string[]
  /** Those whose results are known. */
  readonly skips: readonly string[]
}

/** A plan of steps as one of processes. */
export function planOfProcesses(steps: ProcessSteps, { runs, skips }: StepPlan): ProcessPlan {
  const { cacheKey, version } = steps
  return { cacheKey, version, runs: runs.map(steps.processOf), skips: skips.map(steps.processOf) }
}

/** A report on steps as one on processes: a result stands under its process, and its fields under their own names. */
export function reportOfProcesses(
  steps: ProcessSteps,
  report: StepRunReport,
  dropped: number,
): ProcessRunReport {
  const { cacheKey, version, processOf } = steps
  const outputs = emptyRecord<unknown>()
  const known = new Set([...report.ran, ...report.skipped.map(({ step }) => step)])
  for (const step of known) {
    const result: Record<string, unknown> = {}
    for (const [field, state] of steps.fieldsOf(step)) define(result, field, report.outputs[state])
    outputs[processOf(step)] = result
  }
  return {
    ...report,
    workflow: steps.workflow.name,
    ran: report.ran.map(processOf),
    skipped: report.skipped.map((one) => stepOfProcess(steps, one)),
    failed: report.failed.map(processOf),
    steps: report.steps.map((one) => stepOfProcess(steps, one)),
    outputs,
    cacheKey,
    version,
    dropped,
  }
}

/** An event of a run as one of processes; the end of the run is told with its own report. */
export function eventOfProcess(steps: ProcessSteps, event: StepEvent): StepEvent {
  switch (event.type) {
    case 'run-started':
      return event
    case 'run-ended':
      return { type: 'run-ended', report: reportOfProcesses(steps, event.report, 0) }
    case 'step-ended':
      return { type: 'step-ended', report: stepOfProcess(steps, event.report) }
    case 'step-started':
    case 'step-progress':
    case 'step-retrying':
      return { ...event, step: steps.processOf(event.step) }
  }
}

function stepOfProcess<Report extends StepReport>(steps: ProcessSteps, report: Report): Report {
  const { step } = report
  const names = new Map([...steps.fieldsOf(step)].map(([field, state]) => [state, field]))
  const named = (states: readonly string[]): readonly string[] =>
    states.map((state) => names.get(state) ?? state)
  return {
    ...report,
    step: steps.processOf(step),
    ...('changed' in report && { changed: named(report.changed) }),
    ...('restored' in report && { restored: named(report.restored) }),
    ...('by' in report && { by: report.by.map(steps.processOf) }),
  }
}
