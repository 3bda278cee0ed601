import { fireTimer, passTime } from '../process/index.js'
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
    for (const process of await this.#processes.due(this.#time.now, MOST)) {
      if (await this.#look(process)) touched++
    }
    return touched
  }

  /** Timers that are due, in the order of time (D52). @returns how many */
  async fireTimers(): Promise<number> {
    const timers = await this.#processes.dueTimers(this.#time.now, MOST)
    for (const { process: id, timer } of timers) {
      const process = await this.#processes.get(id)
      const step = fireTimer(process.state, await process.read({ timers: [timer] }), timer, this.#time)
      if (step !== undefined) process.apply(step)
    }
    return timers.length
  }

  /** When something happens by itself: the times that processes are looked at may be earlier, and are set right here. */
  async nextDeadline(): Promise<number | undefined> {
    const timer = Math.min(
      (await this.#processes.nextTimer()) ?? Infinity,
      await this.#processes.limited.nextStart(),
    )
    for (;;) {
      const due = await this.#processes.nextDue()
      if (due === undefined || timer <= due.at) return timer === Infinity ? undefined : timer
      const process = await (await this.#processes.get(due.process)).readAll()
      process.lookAgain()
      if (process.due <= due.at) return due.at
      this.#processes.write()
    }
  }

  async #look(id: string): Promise<boolean> {
    const process = await (await this.#processes.get(id)).readAll()
    const before = process.state
    if (before.closed !== undefined) {
      // Closed just now, with its parent: it is kept like all others.
      if (process.stored?.closed === undefined) return false
      await this.#processes.remove(process)
      return true
    }
    const step = passTime(before, process, this.#time, this.#random)
    process.apply(step)
    process.lookAgain()
    await this.#messenger.deliver(id, step.messages)
    return step.events.length > 0 || step.activities.size > 0 || step.state !== before
  }
}
