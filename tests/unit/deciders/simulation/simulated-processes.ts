import { createManualClock } from '../../../../ts/clock/index.js'
import type { CommittedEvents, WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'
import type { PlainWorkflow } from '../../../../ts/deciders/definitions/index.js'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { seededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { brokenProcesses } from './check-processes.js'
import type { EndedProcess } from './check-processes.js'
import { brokenLimits, brokenRecords, recordsOfProcesses } from './check-records.js'
import { FaultyRecords } from './faulty-records.js'
import { Ledger } from './ledger.js'
import { executeAtRandom, manage } from './managed-workers.js'
import { answer, forge, send, start, tick } from './others.js'
import { randomWorkflows } from './random-workflows.js'
import type { WorkerOptions } from './raw-workers.js'
import { decideRawly, workRawly } from './raw-workers.js'
import { Turns } from './turns.js'
import type { Surroundings } from './wire.js'
import { Wire } from './wire.js'

/** What happened in a run, so that a test can tell that something did. */
export interface SimulatedProcesses {
  readonly processes: number
  readonly events: number
  readonly commits: number
  readonly conflicts: number
  readonly failures: number
  readonly lostAnswers: number
  readonly deaths: number
  readonly refused: number
  /** All histories, and how it came to them: the same seed gives the same. */
  readonly trace: string
}

const FAULTY_TURNS = 200
/** In which whoever has been waited for is answered. */
const TURNS_TO_ANSWER = 3000
/** A run that is not over then never will be. */
const MOST_TURNS = 30_000

/**
 * One run of the simulation: random workflows, several workers of each kind on two backends over one store, in virtual time.
 * Commits fail and run again, calls and answers are lost, workers die between poll and completion, are late, say things
 * twice, and make tokens up; deciders throw. Then all that stops, and everything must finish. All of it follows from the
 * seed.
 *
 * @throws where something is lost, done twice, left over or stuck, or a history is against the rules
 */
export async function simulatedProcesses(seed: number): Promise<SimulatedProcesses> {
  const random = seededRandom(seed)
  const clock = createManualClock(1_000_000)
  const turns = new Turns(clock, random)
  const ledger = new Ledger()
  const around: Surroundings = {
    ...{ turns, random, ledger, clock, isFaulty: true, lostAnswers: 0, deaths: 0 },
    polls: new Set(),
  }
  const inner = createMemoryRecords()
  const records = new FaultyRecords(inner, turns, random)
  const told: CommittedEvents[] = []
  let backends = 0
  const backendOver = (store: RecordStore): WorkflowBackend => {
    const [name, ids] = [++backends, { drawn: 0 }]
    const newId = (): string => `i${name}-${++ids.drawn}`
    const backend = createBackend({ records: store, clock, newId, random: () => random.next() })
    backend.onEvents((events) => told.push(events))
    return backend
  }
  const both = [backendOver(records), backendOver(records)] as const
  const observer = backendOver(inner)
  const made = randomWorkflows(
    random,
    executeAtRandom(around, clock),
    () => around.isFaulty && random.below(15) === 0,
  )
  await createManager({ backend: observer, workflows: made.workflows, clock }).ready()

  const committed = (id: string): Promise<readonly HistoryEvent[]> => wholeHistory(observer, id)
  const tokens: string[] = []
  const options = (): WorkerOptions => ({
    backend: random.pick(both),
    ...{ around, clock, workflows: made.workflows, tokens, committed },
  })
  turns.begin(start(options(), made, seed))
  turns.begin(send(options()))
  turns.begin(answer(options()))
  turns.begin(forge(options()))
  turns.begin(tick(options()))
  for (const kind of ['decisions', 'activities'] as const) turns.begin(manage(options(), kind))
  turns.begin(decideRawly(options()))
  turns.begin(workRawly(options()))

  let left = FAULTY_TURNS
  await turns.run(async () => {
    if (left % 5 === 0) assertNothing(await brokenLimits(inner, made.activities))
    if (left-- % 100 === 0) assertNothing(await brokenRecords(inner))
    return left < 0
  }, MOST_TURNS)
  around.isFaulty = false
  records.isFaulty = false
  // In half of the runs they go on, and in the others all are killed, and come to work that others have left.
  if (random.below(2) === 0) {
    const isOver = await turns.run(
      async () => turns.count % 20 === 0 && (await areAllClosed(observer)),
      MOST_TURNS,
    )
    if (!isOver) throw new Error(`stuck: ${await openOnes(observer)}`)
    const now = clock.now()
    const areAnswered = await turns.run(
      () => [...around.polls].every(({ until }) => until >= now),
      TURNS_TO_ANSWER,
    )
    if (!areAnswered) throw new Error('a poll does not end when its time is over')
  }
  turns.end()
  await finish(new Wire(backendOver(inner), around).backend, made.workflows, clock)

  const processes = await allProcesses(observer)
  assertNothing([
    ...brokenProcesses(processes, ledger, told, records.underWay === 0, made),
    ...(await brokenRecords(inner)),
  ])
  const histories = [...processes.values()].map(({ history }) => history)
  for (const id of processes.keys()) await observer.deleteProcess(id)
  assertNothing((await recordsOfProcesses(inner)).map((key) => `left over: ${key}`))
  return {
    processes: processes.size,
    events: histories.reduce((sum, { length }) => sum + length, 0),
    commits: records.commits,
    conflicts: records.conflicts,
    failures: records.failures,
    lostAnswers: around.lostAnswers,
    deaths: around.deaths,
    refused: [...ledger.refused.values()].reduce((sum, times) => sum + times, 0),
    trace: JSON.stringify([histories, turns.count, [...ledger.refused]]),
  }
}

/** From one deadline to the next, until all processes are closed. */
async function finish(
  backend: WorkflowBackend,
  workflows: readonly PlainWorkflow[],
  clock: ReturnType<typeof createManualClock>,
): Promise<void> {
  const manager = createManager({ backend, workflows, clock })
  const categories = ['default', 'other']
  const decisions = createDecisionWorker(manager, { categories })
  const activities = createActivityWorker(manager, { categories, concurrency: 8 })
  for (let steps = 0; ;) {
    while ((await decisions.step()) || (await activities.step())) {
      if (++steps > 2000) throw new Error(`it has no end: ${await openOnes(backend)}`)
    }
    if (await areAllClosed(backend)) return
    const next = await backend.nextDeadline()
    if (next === undefined || next <= clock.now() || ++steps > 2000) {
      throw new Error(`stuck at ${clock.now()}, with the next deadline ${next}: ${await openOnes(backend)}`)
    }
    await clock.advance(next - clock.now())
  }
}

async function areAllClosed(backend: WorkflowBackend): Promise<boolean> {
  return (await backend.processes({ status: 'open', limit: 1 })).processes.length === 0
}

async function openOnes(backend: WorkflowBackend): Promise<string> {
  const { processes } = await backend.processes({ status: 'open' })
  const ends = processes.map(async ({ id }) => {
    const last = (await wholeHistory(backend, id)).slice(-3)
    return `${id} (${last.map(({ type }) => type).join(', ')})`
  })
  return (await Promise.all(ends)).join('; ')
}

async function allProcesses(backend: WorkflowBackend): Promise<ReadonlyMap<string, EndedProcess>> {
  const found = new Map<string, EndedProcess>()
  for (let after: string | undefined; ;) {
    const page = await backend.processes(after === undefined ? {} : { after })
    for (const info of page.processes)
      found.set(info.id, { info, history: await wholeHistory(backend, info.id) })
    after = page.next
    if (after === undefined) return found
  }
}

async function wholeHistory(backend: WorkflowBackend, id: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = []
  for (;;) {
    const page = await backend.history(id, { after: events.length })
    events.push(...page)
    if (page.length < 1000) return events
  }
}

function assertNothing(broken: readonly string[]): void {
  if (broken.length > 0) throw new Error(broken.slice(0, 20).join('\n'))
}
