import { sha256Hex } from '../../sha256/index.js'
import { Stop } from '../../stop/index.js'
import type { ResultKey } from '../cache/index.js'
import { textOf } from '../cache/index.js'
import type { StepContext } from '../definitions/index.js'
import type { StepListener } from './step-event.js'
import { tell } from './step-event.js'

/** Ends an attempt: the run was called off, or it takes too long. */
export type ModelStop = Stop<'canceled' | 'timed-out'>

/** What a model is handed beside its inputs. What it does not ask for is not made. */
export class StepCall implements StepContext {
  readonly step: string
  readonly attempt: number
  readonly #key: ResultKey
  readonly #onEvent: StepListener | undefined
  #stop: ModelStop | undefined

  constructor(step: string, attempt: number, key: ResultKey, onEvent: StepListener | undefined) {
    this.step = step
    this.attempt = attempt
    this.#key = key
    this.#onEvent = onEvent
  }

  get idempotencyKey(): string {
    // The key holds inputs, which are nobody else's.
    return sha256Hex(textOf(this.#key))
  }

  get signal(): AbortSignal {
    return this.stop.signal
  }

  get progress(): (percent: number, message?: string) => void {
    return (percent, message) => {
      if (this.#onEvent === undefined || !Number.isFinite(percent)) return
      tell(this.#onEvent, {
        type: 'step-progress',
        step: this.step,
        percent: Math.min(100, Math.max(0, percent)),
        ...(typeof message === 'string' && { message }),
      })
    }
  }

  /** Not for the model, which knows only what its context has. */
  get stop(): ModelStop {
    this.#stop ??= new Stop()
    return this.#stop
  }
}
