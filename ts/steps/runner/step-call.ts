import { sha256Hex } from '../../sha256/index.js'
import type { StepContext } from '../definitions/index.js'
import type { ModelStop } from './run-model.js'

const encoder = new TextEncoder()

/** What a model is handed beside its inputs. What it does not ask for is not made. */
export class StepCall implements StepContext {
  readonly step: string
  readonly attempt: number
  readonly #key: string
  readonly #stop: ModelStop
  readonly #onProgress: ((percent: number, message: string | undefined) => void) | undefined

  constructor(
    step: string,
    attempt: number,
    stop: ModelStop,
    key: string,
    onProgress: ((percent: number, message: string | undefined) => void) | undefined,
  ) {
    this.step = step
    this.attempt = attempt
    this.#key = key
    this.#stop = stop
    this.#onProgress = onProgress
  }

  get idempotencyKey(): string {
    // The key holds inputs, which are nobody else's.
    return sha256Hex(encoder.encode(this.#key))
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get progress(): (percent: number, message?: string) => void {
    return (percent, message) => {
      if (this.#onProgress === undefined || !Number.isFinite(percent)) return
      this.#onProgress(Math.min(100, Math.max(0, percent)), typeof message === 'string' ? message : undefined)
    }
  }
}
