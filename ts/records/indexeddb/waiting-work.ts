import type { MediumOutcome, MediumReader, MediumWrite } from '../record-medium.js'

/** The work of one `transact`: from when it waits for its turn until its caller has the outcome. */
export class WaitingWork<T> {
  /** What the caller waits for. */
  readonly promise: Promise<T>
  /** It shares its transaction with no other: one that it shared has failed, and not all need fail for it. */
  isAlone = false
  /** How often it has lost its connection. */
  lost = 0
  readonly #work: (reader: MediumReader) => Promise<readonly MediumWrite[]>
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.#giveUp()
  #state: 'waiting' | 'running' | 'over' = 'waiting'
  #settle: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(work: (reader: MediumReader) => Promise<MediumOutcome<T>>, signal: AbortSignal | undefined) {
    let resolve: (result: T) => void
    this.promise = new Promise<T>((fulfil, reject) => {
      resolve = fulfil
      this.#reject = reject
    })
    this.#work = async (reader) => {
      const { result, writes } = await work(reader)
      this.#settle = () => resolve(result)
      return writes
    }
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
  }

  /** Its turn has come; false where its caller has given up. */
  begin(): boolean {
    if (this.#state === 'over') return false
    this.#state = 'running'
    return true
  }

  /** Runs the work and keeps what comes of it, a result or an error, until `deliver`. Gives what is to be written. */
  async run(reader: MediumReader): Promise<readonly MediumWrite[]> {
    try {
      return await this.#work(reader)
    } catch (error) {
      this.refuse(error)
      return []
    }
  }

  /** What comes of it is this error. */
  refuse(error: unknown): void {
    this.#settle = () => this.#reject(error)
  }

  /** Back to waiting: nothing of it was written, and it is to run again. */
  wait(): void {
    this.#state = 'waiting'
    if (this.#signal?.aborted === true) this.#giveUp()
  }

  /** Tells the caller what has come of it. */
  deliver(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#settle()
  }

  fail(error: unknown): void {
    this.refuse(error)
    this.deliver()
  }

  #giveUp(): void {
    // What is running may already be committing, which nobody takes back.
    if (this.#state === 'waiting') this.fail(this.#signal?.reason)
  }
}
