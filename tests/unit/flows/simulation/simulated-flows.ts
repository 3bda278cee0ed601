import { createManualClock } from '../../../../ts/clock/index.js'
import type { PayloadCodec } from '../../../../ts/codec/index.js'
import type { CommittedFlowEvents, ExecutionInfo, FlowEvent, FlowReader } from '../../../../ts/flows/index.js'
import { createFlowRunner, readFlows } from '../../../../ts/flows/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { seededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { FaultyRecords } from '../../deciders/simulation/faulty-records.js'
import { Turns } from '../../deciders/simulation/turns.js'
import { brokenRecords, recordsOfExecutions } from './check-flow-records.js'
import type { EndedExecution } from './check-flows.js'
import { brokenFlows } from './check-flows.js'
import { LeaseWitness } from './lease-witness.js'
import { Ledger } from './ledger.js'
import { meddle, schedule, watchOne } from './others.js'
import type { PlannedFlow } from './random-flows.js'
import { definedFlows, randomFlows } from './random-flows.js'
import { runAtRandom } from './run-at-random.js'
import type { Making } from './runners.js'
import { manage } from './runners.js'
import type { Surroundings } from './surroundings.js'

/** What happened in a run, so that a test can tell that something did. */
export interface SimulatedFlows {
  readonly executions: number
  readonly events: number
  readonly commits: number
  readonly conflicts: number
  readonly failures: number
  readonly lostAnswers: number
  readonly deaths: number
  readonly recovered: number
  readonly overlaps: number
  readonly refused: number
  /** All histories, and how it came to them: the same seed gives the same. */
  readonly trace: string
}

const FAULTY_TURNS = 250
/** A run that is not over then never will be. */
const MOST_TURNS = 30_000
const RUNNERS = 3

/** Nothing that is sealed is anything else to who does not open it. */
const CODEC: PayloadCodec = {
  encode: async (text) => `sealed ${text}`,
  decode: async (sealed) => sealed.slice('sealed '.length),
}

/**
 * One run of the simulation: random flows, runners one after the other over one store, and others who meddle, in virtual time.
 * Commits fail, run again, and are not heard of; runners die, also in the middle of a commit; tasks throw, hang, take too
 * long and listen to nobody. Then all that stops, and everything must end. All of it follows from the seed.
 *
 * @throws where something is lost, done twice, left over or stuck, or a history is against the rules
 */
export async function simulatedFlows(seed: number): Promise<SimulatedFlows> {
  const random = seededRandom(seed)
  const clock = createManualClock(1_000_000)
  const turns = new Turns(clock, random)
  const ledger = new Ledger()
  const flows = randomFlows(random)
  const beyond: string[] = []
  const witness = new LeaseWitness(createMemoryRecords(), (running) =>
    beyond.push(...brokenLimits(running, ledger, flows)),
  )
  const inner = witness.records
  const around: Surroundings = {
    ...{ turns, random, clock, ledger, periods: witness.periods },
    ...{ isFaulty: true, deaths: 0, lostAnswers: 0 },
  }
  const records = new FaultyRecords(inner, turns, random)
  const told: CommittedFlowEvents[] = []
  const sealing = random.below(3) === 0 ? { codec: CODEC } : {}
  const making: Making = { around, records, flows, sealing, told, made: [] }
  const reader = readFlows(inner, sealing)
  const watched = new Map<string, FlowEvent[]>()
  const ending = new Set<Promise<unknown>>()
  const over = new AbortController()

  turns.begin(schedule(making))
  const watch = (id: string): Promise<void> => watchOne(reader, id, watched, over.signal)
  for (let left = 2; left > 0; left--) turns.begin(meddle(making, watch))
  for (let left = RUNNERS; left > 0; left--) turns.begin(manage(making, ending))
  let left = FAULTY_TURNS
  await turns.run(async () => {
    if (left-- % 25 === 0) assertNothing(await brokenRecords(inner))
    assertNothing(beyond)
    return left < 0 && ledger.planned.size === ledger.scheduled.size
  }, MOST_TURNS)
  around.isFaulty = false
  records.isFaulty = false
  // In half of the runs they go on, and in the others all are killed, and come to work that others have left.
  if (random.below(2) === 0) {
    const isOver = async (): Promise<boolean> =>
      turns.count % 20 === 0 && ending.size === 0 && (await openOnes(reader)).length === 0
    if (!(await turns.run(isOver, MOST_TURNS)))
      throw new Error(`stuck: ${ending.size} ending; ${await lastOf(reader)}`)
  }
  const { deaths } = around
  for (const one of making.made) one.die()
  turns.end()
  await finish(making, inner, random.below(3) > 0)
  // What has failed goes on from some earlier task, with the values as they were then (F19, F24).
  await rescheduleSome(making, inner)
  await finish(making, inner, false)

  over.abort()
  await clock.advance(0)
  const executions = await allExecutions(reader)
  const undeleted = new Map([...executions].filter(([id]) => !ledger.deleted.has(id)))
  assertNothing([
    ...beyond,
    ...brokenFlows(undeleted, flows, { ledger, told, watched, periods: witness.periods }),
    ...(await brokenRecords(inner)),
  ])
  const histories = [...executions.values()].map(({ history }) => history)
  const observer = createFlowRunner({ records: inner, flows: [], clock })
  for (const [id, { info }] of executions) {
    if (info.status === 'paused') await observer.cancel(id)
    await observer.delete(id)
  }
  assertNothing((await recordsOfExecutions(inner)).map((key) => `left over: ${key}`))
  const events = histories.flat()
  return {
    executions: executions.size,
    events: events.length,
    commits: records.commits,
    conflicts: records.conflicts,
    failures: records.failures,
    lostAnswers: around.lostAnswers,
    deaths,
    recovered: events.filter(({ type }) => type === 'flow-recovered').length,
    overlaps: ledger.overlaps.length,
    refused: [...ledger.refused.values()].reduce((sum, times) => sum + times, 0),
    trace: JSON.stringify([histories, turns.count, [...ledger.refused]], withoutStack),
  }
}

/** Stacks say where the run was called. */
function withoutStack(key: string, value: unknown): unknown {
  return key === 'stack' ? undefined : value
}

/** Of a flow, or a key of it, no more may run at once than its limits say. */
function brokenLimits(
  running: readonly string[],
  { planned }: Ledger,
  flows: readonly PlannedFlow[],
): string[] {
  return flows.flatMap(({ name, limits: { atOnce = Infinity, atOncePerKey = Infinity } }) => {
    const keys = running.flatMap((id) => {
      const plan = planned.get(id)
      return plan?.flow === name ? [plan.key] : []
    })
    const ofKey = (key: string | undefined): number =>
      key === undefined ? 0 : keys.filter((one) => one === key).length
    const most = Math.max(0, ...keys.map(ofKey))
    return keys.length > atOnce || most > atOncePerKey
      ? [`${name}: ${keys.length} run at once, ${most} of a key`]
      : []
  })
}

/** A runner to whom nothing happens runs all that is left, also what somebody has paused. */
async function finish(
  { around, flows, sealing, told }: Making,
  inner: Making['records'],
  resumes: boolean,
): Promise<void> {
  const { clock } = around
  const defined = definedFlows(
    flows,
    runAtRandom(around, 'last', () => false),
  )
  const runner = createFlowRunner({
    records: inner,
    flows: defined,
    ...sealing,
    clock,
    owner: 'last',
    concurrency: 8,
  })
  runner.onEvents((events) => told.push(events))
  const { executions } = await runner.list({ status: 'paused' })
  if (resumes) for (const { id } of executions) await runner.resume(id)
  for (let steps = 0; ; steps++) {
    const next = await runner.runUntilIdle()
    if ((await openOnes(runner)).length === 0) break
    if (next === undefined || next <= clock.now() || steps > 200) {
      throw new Error(`stuck at ${clock.now()}, with the next deadline ${next}: ${await lastOf(runner)}`)
    }
    await clock.advance(next - clock.now())
  }
  runner.close()
}

async function rescheduleSome({ around, flows }: Making, inner: Making['records']): Promise<void> {
  const { clock, random } = around
  const runner = createFlowRunner({ records: inner, flows: [], clock })
  for (const { id, status, flow, done } of (await runner.list()).executions) {
    const names = flows.find(({ name }) => name === flow)?.tasks.map(({ name }) => name) ?? []
    const from = names[random.below(done + 1)]
    if ((status !== 'failed' && status !== 'canceled') || from === undefined) continue
    await runner.reschedule(id, { from })
    if (random.below(4) === 0) await runner.cancel(id)
  }
}

async function openOnes(reader: FlowReader): Promise<readonly ExecutionInfo[]> {
  const { executions } = await reader.list({ limit: 1000 })
  return executions.filter(({ status }) => !['completed', 'failed', 'canceled', 'paused'].includes(status))
}

async function lastOf(reader: FlowReader): Promise<string> {
  const ends = (await openOnes(reader)).map(async ({ id, status, waitsForKey }) => {
    const last = (await reader.history(id)).slice(-4).map(({ type }) => type)
    return `${id} ${status}${waitsForKey ? ', parked' : ''} (${last.join(', ')})`
  })
  return (await Promise.all(ends)).join('; ')
}

async function allExecutions(reader: FlowReader): Promise<ReadonlyMap<string, EndedExecution>> {
  const found = new Map<string, EndedExecution>()
  const { executions } = await reader.list({ limit: 1000 })
  for (const info of executions) {
    const { id } = info
    found.set(id, { info, history: await reader.history(id), context: await reader.context(id) })
  }
  return found
}

function assertNothing(broken: readonly string[]): void {
  if (broken.length > 0) throw new Error(broken.slice(0, 20).join('\n'))
}
