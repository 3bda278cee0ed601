import type { ErrorData } from '../errors/index.js'
import type { FlowEvent, FlowStatus, TaskProgress } from '../flows/index.js'

/** What a task is at. Those that ended before a flow was migrated are `completed`. */
export type TaskWord =
  'waiting' | 'running' | 'retrying' | 'paused' | 'completed' | 'failed' | 'timed-out' | 'canceled'

/** A task of an execution. */
export interface StoryTask {
  readonly task: string
  readonly status: TaskWord
  /** How often it was begun, since the flow was scheduled last. */
  readonly attempt: number
  /** When its attempt has begun, while it runs: milliseconds since 1970, as all times here. */
  readonly since?: number
  /** How long (ms) its last attempt took. */
  readonly duration?: number
  /** When it is tried again. */
  readonly due?: number
  /** What it has failed with; a text where that is sealed. */
  readonly error?: ErrorData | string
  readonly percent?: number
  readonly message?: string
}

/** What the history of an execution tells, for people; it can be read in pieces. */
export class FlowStory {
  #flow = ''
  #status: FlowStatus = 'scheduled'
  #tasks: StoryTask[] = []
  /** The place of the task that runs, or is to run next. */
  #current = 0
  #createdAt = 0
  #at = 0
  #due = 0
  #reason = ''
  #last = -1
  #created: Extract<FlowEvent, { readonly type: 'flow-created' }> | undefined

  get flow(): string {
    return this.#flow
  }

  get status(): FlowStatus {
    return this.#status
  }

  get tasks(): readonly StoryTask[] {
    return this.#tasks
  }

  /** When it was scheduled first. */
  get createdAt(): number {
    return this.#createdAt
  }

  /** The time of its last event. */
  get at(): number {
    return this.#at
  }

  /** Not before this time it goes on, while it waits. */
  get due(): number {
    return this.#due
  }

  /** Why it was canceled, or is to be. */
  get reason(): string {
    return this.#reason
  }

  /** The step of the last event that was read. */
  get last(): number {
    return this.#last
  }

  /** What it was scheduled with. */
  get created(): Extract<FlowEvent, { readonly type: 'flow-created' }> | undefined {
    return this.#created
  }

  get hasEnded(): boolean {
    return ['completed', 'failed', 'canceled'].includes(this.#status)
  }

  read(event: FlowEvent | TaskProgress): void {
    if (event.type === 'task-progress') {
      this.#progress(event)
      return
    }
    this.#last = event.step
    this.#at = event.at
    switch (event.type) {
      case 'flow-created':
        this.#created = event
        this.#flow = event.flow
        this.#createdAt = event.at
        this.#tasks = event.tasks.map(waitingTask)
        break
      case 'flow-scheduled':
        this.#due = event.due
        break
      case 'flow-started':
        this.#status = 'running'
        break
      case 'task-started':
        this.#change(event.task, { status: 'running', attempt: event.attempt, since: event.at })
        break
      case 'task-completed': {
        const { task, attempt, duration } = event
        this.#change(task, { status: 'completed', attempt, duration })
        this.#current++
        break
      }
      case 'task-failed':
      case 'task-timed-out':
      case 'task-canceled': {
        const { task, attempt, duration } = event
        const error = 'error' in event ? event.error : 'sealed by a payload codec'
        this.#change(task, { status: ENDS[event.type], attempt, duration, error })
        break
      }
      case 'retry-scheduled':
        this.#status = 'retrying'
        this.#add({ status: 'retrying', due: event.due })
        break
      case 'pause-requested':
        break
      case 'cancel-requested':
        this.#reason = event.reason
        break
      case 'flow-released':
      case 'flow-recovered':
        this.#status = 'scheduled'
        this.#due = event.at
        this.#wait('waiting')
        break
      case 'flow-paused':
        this.#status = 'paused'
        this.#wait('paused')
        break
      case 'flow-resumed':
        if (this.#status !== 'paused') break
        this.#status = 'scheduled'
        this.#due = event.due
        this.#wait('waiting')
        break
      case 'flow-rescheduled':
        this.#status = 'rescheduled'
        this.#due = event.due
        this.#reason = ''
        this.#goOnFrom(event.task)
        break
      case 'flow-migrated': {
        const known = new Map(this.#tasks.map((task) => [task.task, task]))
        this.#tasks = event.tasks.map((task) => known.get(task) ?? waitingTask(task))
        this.#goOnFrom(event.task)
        break
      }
      case 'flow-completed':
        this.#status = 'completed'
        break
      case 'flow-failed':
        this.#status = 'failed'
        this.#failed('error' in event ? event.error : 'sealed by a payload codec')
        break
      case 'flow-canceled':
        this.#status = 'canceled'
        this.#reason = event.reason
        this.#wait('canceled')
        break
    }
  }

  #progress({ task, attempt, percent, message }: TaskProgress): void {
    const current = this.#tasks[this.#current]
    if (current?.task !== task || current.status !== 'running' || current.attempt !== attempt) return
    const { percent: _percent, message: _message, ...rest } = current
    this.#tasks[this.#current] = {
      ...rest,
      ...(percent !== undefined && { percent }),
      ...(message !== undefined && { message }),
    }
  }

  #change(task: string, state: Omit<StoryTask, 'task'>): void {
    this.#goTo(task)
    this.#tasks[this.#current] = { task, ...state }
  }

  #add(state: Partial<StoryTask>): void {
    const current = this.#tasks[this.#current]
    if (current !== undefined) this.#tasks[this.#current] = { ...current, ...state }
  }

  /** The current task runs no more; one that has failed has. */
  #wait(status: TaskWord): void {
    const current = this.#tasks[this.#current]
    if (current === undefined) return
    const hasFailed = status === 'canceled' && (current.status === 'failed' || current.status === 'timed-out')
    if (!hasFailed) this.#tasks[this.#current] = { task: current.task, status, attempt: current.attempt }
  }

  /** It has failed without its task having: its runners were lost. */
  #failed(error: ErrorData | string): void {
    const current = this.#tasks[this.#current]
    if (current?.status === 'waiting') this.#add({ status: 'failed', error })
  }

  #goOnFrom(task: string): void {
    this.#goTo(task)
    this.#tasks = this.#tasks.map((one, index) => {
      if (index >= this.#current) return waitingTask(one.task)
      return one.status === 'completed' ? one : { ...one, status: 'completed' }
    })
  }

  /** Of a part of a history, the names of the tasks may be missing. */
  #goTo(task: string): void {
    const index = this.#tasks.findIndex((one) => one.task === task)
    this.#current = index < 0 ? this.#tasks.push(waitingTask(task)) - 1 : index
  }
}

const ENDS = {
  'task-failed': 'failed',
  'task-timed-out': 'timed-out',
  'task-canceled': 'canceled',
} as const

function waitingTask(task: string): StoryTask {
  return { task, status: 'waiting', attempt: 0 }
}
