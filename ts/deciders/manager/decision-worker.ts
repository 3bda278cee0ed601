import type { ErrorCode } from '../../errors/index.js'
import { errorToData, isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { DecisionTask } from '../backend/index.js'
import type { PlainWorkflow } from '../definitions/index.js'
import { decide, ProcessHistory } from '../definitions/index.js'
import type { MadeDecision } from '../history/index.js'
import { valueFor } from './manager.js'
import type { Manager } from './manager-types.js'
import { TaskLoop } from './task-loop.js'

/** How a decision worker works. */
export interface DecisionWorkerOptions {
  /** The queues that it polls. @default those of the manager's workflows */
  readonly categories?: readonly string[]
  /** Who it is, for people. */
  readonly identity?: string
  /**
   * Told of what goes wrong between it and the backend, which it waits out: a busy store, a wire that is down, a key that it
   * does not have.
   */
  readonly onError?: (error: unknown) => void
  /** So many processes are decided on at once. @default 500 */
  readonly concurrency?: number
  /** Of so many processes it keeps what it has read (D: only new events are read then). @default 1000 */
  readonly remembered?: number
}

/** Decides on processes, whose workflows it knows by its manager (D59, D60, D62). */
export interface DecisionWorker {
  /** Decides on what waits now, once. @returns whether there was anything */
  step(): Promise<boolean>
  /** Decides until the signal is aborted, and then ends what it has begun. Never rejects for what a decider does. */
  run(options: { readonly signal: AbortSignal }): Promise<void>
}

const PAGE = 1000
/** Before a decision that has failed is tried again: first, and at most, in ms; each wait is twice as long. */
const FIRST_DELAY = 1000
const LONGEST_DELAY = 300_000

/** Refusals after which somebody else decides, or this worker is asked again: nothing went wrong. */
const OVERTAKEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unhandled-events', 'unknown-decision'])

/** @throws `bad-argument` */
export function createDecisionWorker(manager: Manager, options: DecisionWorkerOptions = {}): DecisionWorker {
  return new ManagedDecisionWorker(manager, options)
}

class ManagedDecisionWorker implements DecisionWorker {
  readonly #manager: Manager
  readonly #loop: TaskLoop<DecisionTask>
  readonly #remembered: number
  /** By process, the one that was decided on last at the end. */
  readonly #histories = new Map<string, ProcessHistory>()

  constructor(
    manager: Manager,
    { categories, identity, concurrency = 500, remembered = 1000, onError }: DecisionWorkerOptions,
  ) {
    this.#manager = manager
    this.#remembered = checkedCount('remembered', remembered)
    this.#loop = new TaskLoop({
      clock: manager.clock,
      categories: categories ?? [...new Set([...manager.workflows.values()].map(({ category }) => category))],
      identity,
      concurrency: checkedCount('concurrency', concurrency),
      onError,
      ready: () => manager.ready(),
      poll: (poll) => manager.backend.pollDecisionTasks(poll),
      work: (task) => this.#work(task),
    })
  }

  step(): Promise<boolean> {
    return this.#loop.step()
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#loop.run(signal)
    await this.#loop.settled()
  }

  async #work(task: DecisionTask): Promise<void> {
    const { backend, workflows } = this.#manager
    const { id, workflow: name, failures } = task.process
    try {
      const workflow = workflows.get(name)
      if (workflow === undefined) {
        const message = `this worker knows no workflow ${JSON.stringify(name)}`
        throw new UnitflowError('unknown-type', message, { kind: 'workflow', name })
      }
      const history = await this.#history(task)
      const view = history.view()
      const preparing = workflow.prepare?.(view)
      if (preparing !== undefined) await preparing
      const { decisions, status } = decide(workflow, view)
      const checked = await validated(workflow, decisions)
      await backend.completeDecisionTask(task.token, checked, status === undefined ? {} : { status })
    } catch (error) {
      if (isUnitflowError(error) && OVERTAKEN.has(error.code)) return
      this.#histories.delete(id)
      // It is tried again, ever later, and stays to be seen in the process's failures.
      const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(failures?.count ?? 0, 20))
      try {
        await backend.failDecisionTask(task.token, { error: errorToData(error), delay })
      } catch (failure) {
        if (!isUnitflowError(failure, 'unknown-decision')) throw failure
      }
    }
  }

  /** What is remembered of a process, and what has come since: the task has it, or most of it. */
  async #history({ process, events }: DecisionTask): Promise<ProcessHistory> {
    const { id, lastSeq } = process
    const history = this.#histories.get(id) ?? new ProcessHistory(id)
    this.#histories.delete(id)
    const [first] = events
    while (history.seq < (first?.seq ?? lastSeq + 1) - 1) {
      const missing = await this.#manager.backend.history(id, { after: history.seq, limit: PAGE })
      if (missing.length === 0) break
      history.add(missing)
    }
    history.add(events.filter(({ seq }) => seq > history.seq))
    this.#histories.set(id, history)
    for (const [oldest] of this.#histories) {
      if (this.#histories.size <= this.#remembered) break
      this.#histories.delete(oldest)
    }
    return history
  }
}

/** What enters by a decision is checked here, before it is stored, and never again. */
async function validated(
  workflow: PlainWorkflow,
  decisions: readonly MadeDecision[],
): Promise<readonly MadeDecision[]> {
  return Promise.all(
    decisions.map(async (decision): Promise<MadeDecision> => {
      if (decision.type === 'complete-process' && workflow.result !== undefined) {
        const subject = `result of workflow '${workflow.name}'`
        return { ...decision, result: await valueFor(workflow.result, decision.result, subject) }
      }
      if (decision.type === 'schedule-activity') {
        const activity = workflow.activities.find(({ name }) => name === decision.activity)
        if (activity?.input === undefined) return decision
        const subject = `input of activity '${decision.activity}'`
        return { ...decision, input: await valueFor(activity.input, decision.input, subject) }
      }
      if (decision.type === 'start-child-process') {
        const child = [workflow, ...workflow.children].find(({ name }) => name === decision.workflow)
        if (child === undefined) return decision
        const subject = `input of workflow '${decision.workflow}'`
        return { ...decision, input: await valueFor(child.input, decision.input, subject) }
      }
      if (decision.type === 'continue-as-new') {
        const subject = `input of workflow '${workflow.name}'`
        return { ...decision, input: await valueFor(workflow.input, decision.input, subject) }
      }
      return decision
    }),
  )
}

export function checkedCount(argument: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 1) return count
  const expected = 'a whole number from 1'
  throw new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
