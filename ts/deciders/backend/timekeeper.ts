import { fireTimer, nextDeadline, passTime } from '../process/index.js'
import type { StepTime } from '../process/index.js'
import type { Messenger } from './messenger.js'
import type { ProcessRecords } from './process-records.js'

/** Processes and timers that are looked after in one transaction: others wait meanwhile. */
const MOST = 1000

/** Does what is due by itself. */
export class Timekeeper {
  readonly #processes: ProcessRecords
  readonly #messenger: Messenger
  readonly #time: StepTime
  readonly #random: () => number

  constructor(processes: ProcessRecords, messenger: Messenger, time: StepTime, random: () => number) {
    this.#processes = processes
    this.#messenger = messenger
    this.#time = time
    this.#random = random
  }

  /** Limits that were gone over, and what was put off. @returns how many processes something has happened to */
  async passTime(): Promise<number> {
    let touched = 0
    for (let left = MOST; left > 0; left--) {
      const due = await this.#processes.nextDue()
      if (due === undefined || due.at > this.#time.now) break
      if (await this.#look(due.process)) touched++
    }
    return touched
  }

  /** Timers that are due, in the order of time (D52). */
  async fireTimers(): Promise<number> {
    let fired = 0
    for (; fired < MOST; fired++) {
      const timer = await this.#processes.nextTimer()
      if (timer === undefined || timer.at > this.#time.now) break
      await this.#fire(timer)
    }
    return fired
  }

  /** When something happens by itself: the times that processes are looked at may be earlier, and are set right here. */
  async nextDeadline(): Promise<number | undefined> {
    const timer = await this.#processes.nextTimer()
    for (;;) {
      const due = await this.#processes.nextDue()
      if (due === undefined || (timer !== undefined && timer.at <= due.at)) return timer?.at
      const stored = await this.#processes.get(due.process)
      const open = await this.#processes.allOpen(due.process)
      const next = nextDeadline(stored.state, open.activities.values())
      if (next <= due.at) return due.at
      this.#processes.setDue(stored, next)
    }
  }

  async #look(process: string): Promise<boolean> {
    const stored = await this.#processes.get(process)
    const open = await this.#processes.allOpen(process)
    const step = passTime(stored.state, open, this.#time, this.#random)
    this.#processes.save(stored, open, step, true)
    await this.#messenger.deliver(stored.state, step.messages)
    return step.events.length > 0 || step.activities.size > 0 || step.state !== stored.state
  }

  async #fire({ process, id }: { readonly process: string; readonly id: string }): Promise<void> {
    const stored = await this.#processes.get(process)
    const open = await this.#processes.open(process, { timers: [id] })
    const step = fireTimer(stored.state, open, id, this.#time)
    if (step !== undefined) this.#processes.save(stored, open, step)
  }
}
