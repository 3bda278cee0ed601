import type { Clock } from '../../clock/index.js'

/** Knows when something is due next, and calls then, as long as somebody waits. */
export class DueAlarm {
  readonly #clock: Clock
  readonly #ring: () => void
  /** No later than something is due; nothing where that is not known. */
  #due: number | undefined
  #waiting = 0
  #cancel: (() => void) | undefined

  /** @param ring called when something is due, or may be */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Whether something may be due now. */
  get isDue(): boolean {
    return this.#due === undefined || this.#due <= this.#clock.now()
  }

  /** Has it ring, from now on. @returns ends that */
  begin(): () => void {
    this.#waiting++
    if (this.#cancel === undefined) this.#arm()
    return () => {
      this.#waiting--
      if (this.#waiting === 0) this.#disarm()
    }
  }

  /** When something is due, where that is known, else nothing. */
  set(due: number | undefined): void {
    if (due === this.#due) return
    this.#due = due
    this.#arm()
  }

  /** Something is due at that time. */
  sooner(at: number): void {
    if (this.#due !== undefined && at < this.#due) this.set(at)
  }

  #arm(): void {
    this.#disarm()
    if (this.#waiting === 0) return
    const ms = this.#due === undefined ? 0 : Math.max(0, this.#due - this.#clock.now())
    this.#cancel = this.#clock.setTimer(() => {
      this.#cancel = undefined
      this.#ring()
    }, ms, { keepAlive: false }) // prettier-ignore
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
