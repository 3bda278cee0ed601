import type { Manager, WaitingActivity } from '../deciders/index.js'
import type { CompletedUnitElement, UnitTask, UnitWorkflow } from '../deciders/units/index.js'
import type { DescribedElement } from '../units/index.js'
import type { UnitsDescribed } from './units-described.js'
import { UnitsProcess } from './units-process.js'

/** An element that was completed, and the process that it is in. */
export interface ToldElement {
  readonly process: UnitsProcess
  readonly completed: CompletedUnitElement
}

/** A task that waits for a person. */
export interface HumanTask {
  readonly process: UnitsProcess
  readonly task: UnitTask
  readonly token: string
  readonly since: number
}

/** Events that are read at once. */
const PAGE = 1000

/** What a run of units is at, over all processes that it has called. It is read anew as it goes on. */
export class UnitsStory {
  readonly top: UnitsProcess
  readonly #manager: Manager
  readonly #workflow: UnitWorkflow
  readonly #described: UnitsDescribed
  readonly #all: UnitsProcess[]

  constructor(manager: Manager, workflow: UnitWorkflow, described: UnitsDescribed, id: string) {
    this.#manager = manager
    this.#workflow = workflow
    this.#described = described
    this.top = new UnitsProcess(id)
    this.#all = [this.top]
  }

  /** Those that are open. */
  get open(): readonly UnitsProcess[] {
    return this.#all.filter(({ info }) => info?.closed === undefined)
  }

  get isClosed(): boolean {
    return this.top.info?.closed !== undefined
  }

  /** Tasks that wait for a person, the oldest first. */
  get tasks(): readonly HumanTask[] {
    const tasks = this.open.flatMap((process) =>
      process.activities.flatMap((activity) => humanTask(process, activity, this.#workflow.human.name)),
    )
    return tasks.sort((a, b) => a.since - b.since)
  }

  /** Whether nothing goes on but by somebody outside, or by time. */
  get isIdle(): boolean {
    return this.open.every(
      ({ isDecided, activities }) =>
        isDecided && activities.every(({ manual, token }) => manual === true && token !== undefined),
    )
  }

  /** An element of what was read, as drawn. */
  describedElement(process: string, element: string): DescribedElement | undefined {
    for (const { described } of this.#all) {
      const found = described?.element(process, element)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Reads what has happened since. */
  async refresh(): Promise<void> {
    const { backend } = this.#manager
    // It grows meanwhile: what was called now is read, too.
    for (const process of this.#all) {
      if (process.info?.closed !== undefined && process.events.length >= process.info.lastSeq) continue
      const before = process.events.length
      const info = await this.#manager.process(process.id)
      for (;;) {
        const page = await backend.history(process.id, { after: process.events.length, limit: PAGE })
        this.#all.push(...process.read(page))
        if (page.length < PAGE) break
      }
      process.info = info
      if (process.events.length === before) continue
      await this.#look(process)
    }
  }

  /** What was completed since it was asked last: what a called process has completed comes before its call. */
  news(): readonly ToldElement[] {
    const told: ToldElement[] = []
    tell(this.top, told)
    return told
  }

  async #look(process: UnitsProcess): Promise<void> {
    const { id, started } = process
    if (started === undefined) return
    const { version, processId } = started
    process.described = await this.#described.unit(version, processId)
    // Those that it has called are read by themselves.
    const history = async (of: string): Promise<UnitsProcess['events']> => (of === id ? process.events : [])
    const isOpen = process.info?.closed === undefined
    try {
      process.completed = await this.#workflow.completed({ history }, id)
      process.active = isOpen ? ((await this.#workflow.active?.(history, id)) ?? []) : []
    } catch {
      // What keeps a run from being gone through keeps it from being decided on: it is among its failures.
    }
    const activities = isOpen ? await this.#manager.backend.openActivities(id) : []
    // What came since its history was read is told with what came with it.
    process.activities = activities.filter((activity) => process.hasScheduled(activity))
  }
}

function tell(process: UnitsProcess, told: ToldElement[]): void {
  for (; process.told < process.completed.length; process.told++) {
    const completed = process.completed[process.told]
    if (completed === undefined) break
    const { loop, calls } = process.described?.element(completed.process, completed.element) ?? {}
    // A loop has not called: its turns have.
    if (calls !== undefined && (loop === undefined || completed.turn === true)) {
      const child = process.takeReturned(calls)
      if (child !== undefined) tell(child, told)
    }
    told.push({ process, completed })
  }
  for (const child of process.called.values()) tell(child, told)
}

function humanTask(process: UnitsProcess, activity: WaitingActivity, human: string): readonly HumanTask[] {
  const { activity: name, input, token, scheduledAt } = activity
  if (name !== human || token === undefined || !isTask(input)) return []
  return [{ process, task: input, token, since: scheduledAt }]
}

/** Whether what an activity was given is an element, as runs of units give it. */
export function isTask(input: unknown): input is UnitTask {
  return (
    typeof input === 'object' &&
    input !== null &&
    'process' in input &&
    typeof input.process === 'string' &&
    'element' in input &&
    typeof input.element === 'string' &&
    'type' in input &&
    typeof input.type === 'string' &&
    'data' in input &&
    typeof input.data === 'object' &&
    input.data !== null
  )
}
