import type { ErrorData } from '../../errors/index.js'
import type { RunReason, StepReport, StepRunReport } from './run-report.js'

/** What happens in a run, told as it happens. What is told of a step that has ended is durable then. */
export type StepEvent =
  | { readonly type: 'run-started'; readonly workflow: string; readonly steps: number }
  | { readonly type: 'step-started'; readonly step: string; readonly because: RunReason }
  | {
      readonly type: 'step-progress'
      readonly step: string
      /** 0 to 100. */
      readonly percent: number
      readonly message?: string
    }
  | {
      readonly type: 'step-retrying'
      readonly step: string
      /** The attempt that has failed, counted from 1. */
      readonly attempt: number
      readonly error: ErrorData
      /** Before the next one, in ms. */
      readonly delay: number
    }
  | { readonly type: 'step-ended'; readonly report: StepReport }
  | { readonly type: 'run-ended'; readonly report: StepRunReport }

/** Who is told. One that throws disturbs nothing. */
export type StepListener = (event: StepEvent) => void

export function tell(listener: StepListener, event: StepEvent): void {
  try {
    listener(event)
  } catch (error) {
    // It is nobody's here; the host shows it as it shows every error that nobody catches.
    queueMicrotask(() => {
      throw error
    })
  }
}
