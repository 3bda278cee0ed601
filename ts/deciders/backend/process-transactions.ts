import type { Clock } from '../../clock/index.js'
import { EventListeners } from '../../events/index.js'
import type { RecordChange, RecordStore } from '../../records/index.js'
import { startActivity, startDecision } from '../process/index.js'
import type { StepTime } from '../process/index.js'
import { DueAlarm } from './due-alarm.js'
import type { LoadedProcess } from './loaded-process.js'
import { ProcessRecords } from './process-records.js'
import { ProcessWaiters } from './process-waiters.js'
import { RecentEvents } from './recent-events.js'
import { activityTask, decisionTask, processInfo } from './task-views.js'
import type { Room } from './task-waiters.js'
import { TaskWaiters } from './task-waiters.js'
import type { ActivityTask, CommittedEvents, DecisionTask } from './workflow-backend.js'

/** How long others' commits are listened to after the last one who waited is gone, in ms. */
const LINGER = 5000

/** What is done in a transaction; tasks that it takes are handed over once it is committed. */
export type Work<T> = (processes: ProcessRecords, time: StepTime, run: Run) => Promise<T> | T

/** One run of a transaction's work: whom it hands tasks to. */
export class Run {
  readonly processes: ProcessRecords
  readonly #handed: { readonly fill: () => void; readonly giveBack: () => void }[] = []

  constructor(processes: ProcessRecords) {
    this.processes = processes
  }

  hand<T>(room: Room<T>, tasks: readonly T[]): void {
    this.#handed.push({ fill: () => room.fill(tasks), giveBack: () => room.giveBack() })
  }

  committed(): void {
    for (const { fill } of this.#handed) fill()
  }

  undone(): void {
    for (const { giveBack } of this.#handed.splice(0)) giveBack()
  }
}

/**
 * Runs transactions over processes, and knows who waits for what they come to. What a step makes is handed to whoever waits
 * here for just that, in the transaction of the step: it goes through no queue.
 */
export class ProcessTransactions {
  readonly decisions: TaskWaiters<DecisionTask>
  readonly activities: TaskWaiters<ActivityTask>
  readonly waiters: ProcessWaiters
  readonly recent: RecentEvents = new RecentEvents()
  readonly listeners: EventListeners<CommittedEvents>
  readonly alarm: DueAlarm
  readonly #records: RecordStore
  readonly #clock: Clock
  readonly #newId: () => string
  /** See `LimitedActivities`. */
  readonly #turns = new Map<string, string>()
  #count = 0
  #waiting = 0
  #isLingering = false
  #stopListening: (() => void) | undefined

  /** @param tick does what is due */
  constructor(records: RecordStore, clock: Clock, newId: () => string, tick: () => void) {
    this.#records = records
    this.#clock = clock
    this.#newId = newId
    this.listeners = new EventListeners()
    this.decisions = new TaskWaiters()
    this.activities = new TaskWaiters()
    this.waiters = new ProcessWaiters(clock)
    this.alarm = new DueAlarm(clock, tick)
  }

  read<T>(work: (processes: ProcessRecords) => Promise<T>): Promise<T> {
    return this.#records.transact((transaction) => work(new ProcessRecords(transaction, this.#clock.now())), {
      readonly: true,
    })
  }

  /** @param isTimed whether it has done what is due: then it is known afterwards when something is due next */
  async write<T>(work: Work<T>, isTimed = false): Promise<T> {
    let run: Run | undefined
    try {
      const result = await this.#records.transact(
        async (transaction) => {
          // The one before was in conflict with others.
          run?.undone()
          const time = { now: this.#clock.now(), order: () => ++this.#count }
          const processes = new ProcessRecords(transaction, time.now, this.#turns)
          run = new Run(processes)
          const made = await work(processes, time, run)
          await this.#finish(run, time)
          if (isTimed) await processes.readDue()
          return made
        },
        { by: this },
      )
      if (run !== undefined) this.#tell(run)
      return result
    } catch (error) {
      run?.undone()
      throw error
    }
  }

  /** Somebody begins to wait: commits of others are listened to. @returns ends it */
  begin(): () => void {
    this.#waiting++
    this.#stopListening ??= this.#listen()
    const end = this.alarm.begin()
    return () => {
      end()
      this.#waiting--
      if (this.#waiting > 0 || this.#isLingering) return
      this.#isLingering = true
      this.#clock.setTimer(() => this.#stopIfIdle(), LINGER, { keepAlive: false })
    }
  }

  close(): void {
    this.#stop()
    this.listeners.clear()
  }

  #listen(): () => void {
    const end = this.#records.onCommit((change) => {
      if (change.by !== this) this.#changedByOthers(change)
    })
    // Whatever has happened before.
    this.#changedByOthers({})
    return end
  }

  #stopIfIdle(): void {
    this.#isLingering = false
    if (this.#waiting === 0) this.#stop()
  }

  #stop(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  #changedByOthers({ collections }: RecordChange): void {
    const has = (name: string): boolean => collections === undefined || collections.includes(name)
    if (has('process_deadlines') || has('timer_queue')) this.alarm.set(undefined)
    if (has('decision_queue')) this.decisions.changed()
    if (['activity_queue', 'limited_queue', 'limited_running'].some(has)) this.activities.changed()
    if (has('processes')) this.waiters.wakeAll()
  }

  /** Hands over what there are takers for, and writes. */
  async #finish(run: Run, time: StepTime): Promise<void> {
    const { processes } = run
    for (const process of processes.changed()) {
      if (process.state.closed !== undefined) continue
      this.#handActivities(run, process, time)
      const room = process.isQueuedNow ? this.decisions.room(process.state.category) : undefined
      if (room === undefined) continue
      const tasks: DecisionTask[] = []
      // At once, so that the room is given back where anything fails.
      run.hand(room, tasks)
      process.apply(startDecision(process.state, this.#worker(room), time))
      tasks.push(await decisionTask(processes, this.recent, process))
    }
    processes.write()
  }

  #handActivities(run: Run, process: LoadedProcess, time: StepTime): void {
    for (const activity of process.waitingNow()) {
      // How many there may be is known by the queue alone.
      const room = activity.limits === undefined ? this.activities.room(activity.category) : undefined
      if (room === undefined) continue
      const worker = this.#worker(room)
      process.apply(startActivity(process.state, activity, worker, time))
      run.hand(room, [activityTask(process.state, activity, { ...worker, startedAt: time.now })])
    }
  }

  #worker({ identity }: Room<never>): { readonly lease: string; readonly identity?: string } {
    return { lease: this.#newId(), ...(identity !== undefined && { identity }) }
  }

  #tell(run: Run): void {
    run.committed()
    const { written, earliest, isDueKnown } = run.processes
    if (isDueKnown) this.alarm.set(earliest)
    else this.alarm.sooner(earliest)
    // What has waited for its time alone.
    if (isDueKnown) this.activities.changed()
    for (const { state, events, isQueued, hasFreed, waiting } of written) {
      if (hasFreed) this.activities.changed()
      this.recent.add(state, events)
      if (isQueued) this.decisions.changed(state.category)
      for (const category of waiting) this.activities.changed(category)
      if (!this.waiters.isEmpty) this.waiters.tell(state.id, state)
      if (events.length > 0 && !this.listeners.isEmpty) {
        this.listeners.tell({ process: processInfo(state), events })
      }
    }
  }
}
