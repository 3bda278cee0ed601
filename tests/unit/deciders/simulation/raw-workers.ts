import type { ActivityTask, DecisionTask, WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import type { PlainWorkflow } from '../../../../ts/deciders/definitions/index.js'
import { decide, ProcessHistory } from '../../../../ts/deciders/definitions/index.js'
import type { ActivityResult, HistoryEvent, MadeDecision } from '../../../../ts/deciders/history/index.js'
import type { ManualClock } from '../../../../ts/clock/index.js'
import { isUnitflowError } from '../../../../ts/errors/index.js'
import { InjectedFailure } from './faulty-records.js'
import type { Surroundings } from './wire.js'
import { Wire } from './wire.js'
import { CATEGORIES } from './random-workflows.js'

/** What workers of a run need. */
export interface WorkerOptions {
  readonly backend: WorkflowBackend
  readonly around: Surroundings
  readonly clock: ManualClock
  readonly workflows: readonly PlainWorkflow[]
  /** Tokens that were handed out, for those who try what they can do with them. */
  readonly tokens: string[]
  /** All events of a process as they are committed. */
  readonly committed: (id: string) => Promise<readonly HistoryEvent[]>
}

/** A worker that decides without the manager, and does what none should: dies, is late, says things twice. */
export async function decideRawly(options: WorkerOptions): Promise<void> {
  const { around, backend, tokens } = options
  const { random, turns } = around
  for (;;) {
    const wire = new Wire(backend, around)
    const wait = random.below(2) === 0 ? { wait: 1000 * random.below(20) } : {}
    const poll = {
      category: random.shuffled(CATEGORIES),
      limit: 1 + random.below(3),
      identity: 'raw',
      ...wait,
    }
    const tasks = await attempt(() => wire.backend.pollDecisionTasks(poll))
    for (const task of tasks ?? []) {
      tokens.push(task.token)
      await assertTask(task, options)
      // Beside the others: one that sleeps holds nobody up.
      turns.begin(decideOne(task, wire, options))
    }
    await turns.turns(4)
    if (tasks === undefined || tasks.length === 0) await options.clock.sleep(random.below(3000))
  }
}

async function decideOne(task: DecisionTask, wire: Wire, options: WorkerOptions): Promise<void> {
  const { around, clock, workflows } = options
  const { random, turns } = around
  const fate = around.isFaulty ? random.below(12) : 11
  if (fate === 0) {
    wire.die()
    return
  }
  // Past the limit of the decision, or not.
  if (fate === 1) await clock.sleep(random.pick([500, 1000, 1001, 60_000, 60_001]))
  else await turns.turns(3)
  const workflow = workflows.find(({ name }) => name === task.process.workflow)
  if (workflow === undefined) throw new Error(`no workflow ${task.process.workflow}`)
  const { token } = task
  let decisions: readonly MadeDecision[]
  try {
    const history = new ProcessHistory(task.process.id)
    history.add((await options.committed(task.process.id)).slice(0, task.process.lastSeq))
    ;({ decisions } = decide(workflow, history.view()))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const failure = {
      error: { name: 'TypeError', message: 'planned' },
      delay: random.pick([0, 1000, 20_000]),
    }
    await attempt(() => wire.backend.failDecisionTask(token, failure))
    return
  }
  if (fate === 2) {
    // Nothing of it may be applied, and the token stays good (D32).
    const wrong = [{ type: 'record-marker', name: 'never', details: null }, { type: 'cancel-timer', id: 'nobody' }] as const // prettier-ignore
    await attempt(() => wire.backend.completeDecisionTask(token, wrong))
  }
  const isRefused = (await attempt(() => wire.backend.completeDecisionTask(token, decisions).then(() => true))) !== true // prettier-ignore
  if (fate === 3) await attempt(() => wire.backend.completeDecisionTask(token, decisions))
  if (isRefused && random.below(2) === 0) {
    const failure = { error: { name: 'Error', message: 'refused' }, delay: 1000 }
    await attempt(() => wire.backend.failDecisionTask(token, failure))
  }
}

/** D13, D16, D29: the task has what was not seen by a decision that was completed, up to its own start. */
async function assertTask(
  { process, seen, events }: DecisionTask,
  { committed }: WorkerOptions,
): Promise<void> {
  const all = (await committed(process.id)).slice(0, process.lastSeq)
  const completed = all.findLast(({ type }) => type === 'decision-completed')
  const expected = completed?.type === 'decision-completed' ? completed.started : 0
  if (seen !== expected) throw new Error(`${process.id}: seen is ${seen}, and should be ${expected}`)
  if (JSON.stringify(events) !== JSON.stringify(all.slice(seen))) {
    const shown = (list: readonly HistoryEvent[]): string =>
      list.map(({ seq, type }) => `${seq} ${type}`).join(', ')
    throw new Error(`${process.id}: the task has ${shown(events)}; committed are ${shown(all.slice(seen))}`)
  }
  if (events.at(-1)?.type !== 'decision-started') throw new Error(`${process.id}: nobody began to decide`)
}

/** A worker that does activities without the manager. */
export async function workRawly(options: WorkerOptions): Promise<void> {
  const { around, backend, clock, tokens } = options
  const { random, turns } = around
  for (;;) {
    const wire = new Wire(backend, around)
    const wait = random.below(2) === 0 ? { wait: 1000 * random.below(20) } : {}
    const poll = {
      category: random.shuffled(CATEGORIES),
      limit: 1 + random.below(3),
      identity: 'raw',
      ...wait,
    }
    const tasks = await attempt(() => wire.backend.pollActivityTasks(poll))
    for (const task of tasks ?? []) {
      tokens.push(task.token)
      turns.begin(workOnOne(task, wire, options))
    }
    await turns.turns(4)
    if (tasks === undefined || tasks.length === 0) await clock.sleep(random.below(3000))
  }
}

async function workOnOne(
  { token }: ActivityTask,
  wire: Wire,
  { around, clock }: WorkerOptions,
): Promise<void> {
  const { random, turns, ledger } = around
  const fate = around.isFaulty ? random.below(12) : 10
  if (fate === 0) {
    wire.die()
    return
  }
  if (fate <= 2) await clock.sleep(random.pick([1000, 1001, 10_000, 30_000, 30_001, 300_001]))
  else await turns.turns(random.pick([3, 40]))
  if (random.below(3) === 0) await attempt(() => wire.backend.heartbeat(token, { at: clock.now() }))
  // It may do so, and then it is nothing to it any more.
  if (fate === 4) await attempt(() => wire.backend.releaseActivityTask(token))
  const result = randomResult(random.below(5), ledger.nonce())
  const retry = random.below(10) > 0
  const isHeard = await attempt(() =>
    wire.backend.completeActivityTask(token, result, { retry }).then(() => true),
  )
  // Who has heard nothing says it again: it was accepted at most once.
  if (isHeard !== true || fate === 3) await attempt(() => wire.backend.completeActivityTask(token, result))
}

function randomResult(kind: number, nonce: string): ActivityResult {
  if (kind === 0) return { type: 'failed', reason: nonce, error: { name: 'Error', message: nonce } }
  if (kind === 1) return { type: 'canceled', reason: nonce }
  return { type: 'completed', result: { nonce } }
}

/** What is refused or lost gives nothing; whether it may be refused is asked elsewhere. */
export async function attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof InjectedFailure || isUnitflowError(error)) return undefined
    throw error
  }
}
