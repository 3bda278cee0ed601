import type { Duration } from '../../../../ts/clock/index.js'
import type { PayloadCodec } from '../../../../ts/codec/index.js'
import type { CommittedFlowEvents, FlowRunner } from '../../../../ts/flows/index.js'
import { createFlowRunner } from '../../../../ts/flows/index.js'
import { isUnitflowError } from '../../../../ts/errors/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { InjectedFailure } from '../../deciders/simulation/faulty-records.js'
import type { PlannedFlow } from './random-flows.js'
import { definedFlows } from './random-flows.js'
import { runAtRandom } from './run-at-random.js'
import { RunnerStore, TROUBLES } from './runner-store.js'
import type { Surroundings } from './surroundings.js'

/** What may refuse a call in a run: all else is a mistake of the engine. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...TROUBLES,
  'no-such-execution',
  'illegal-transition',
  'lease-lost',
  'bad-argument',
])

/** What runners are made with. */
export interface Making {
  readonly around: Surroundings
  readonly records: RecordStore
  readonly flows: readonly [PlannedFlow, ...PlannedFlow[]]
  /** Empty where payloads are stored as they are. */
  readonly sealing: { readonly codec?: PayloadCodec }
  /** What runners have told of what they have committed. */
  readonly told: CommittedFlowEvents[]
  /** All that were made. */
  readonly made: RunnerProcess[]
}

/** A runner in a process of its own. */
export interface RunnerProcess {
  readonly runner: FlowRunner
  isDead(): boolean
  /** All of it stops, wherever it is. */
  die(): void
}

export function startRunner({ around, records, flows, sealing, told, made }: Making): RunnerProcess {
  const { random, clock, ledger } = around
  const owner = `r${made.length}`
  const store = new RunnerStore(records, around)
  let ids = 0
  const runner = createFlowRunner({
    records: store,
    ...sealing,
    flows: definedFlows(
      flows,
      runAtRandom(around, owner, () => store.isDead()),
    ),
    ...{ clock, owner, newId: () => `${owner}-${++ids}`, random: () => random.next() },
    concurrency: 1 + random.below(4),
    lease: random.pick([900, 6000, 60_000, 300_000]),
    grace: random.pick<Duration>([0, '2s', '30s']),
    onError: (error) => {
      if (!isExpected(error)) around.turns.begin(Promise.reject(new Error(`${owner} says`, { cause: error })))
    },
  })
  runner.onEvents((events) => told.push(events))
  const die = (): void => {
    store.die()
    ledger.endAll(owner)
  }
  const one = { runner, isDead: () => store.isDead(), die }
  made.push(one)
  return one
}

/** Runners, one after the other: each is killed after a while, or ends as it should. */
export async function manage(making: Making, ending: Set<Promise<unknown>>): Promise<void> {
  const { random, turns, clock } = making.around
  for (;;) {
    const one = startRunner(making)
    const end = new AbortController()
    const work = workOf(making, one, end.signal)
    turns.begin(work)
    do await clock.sleep(random.pick([1000, 20_000, 200_000]))
    while (!making.around.isFaulty)
    if (random.below(3) > 0) one.die()
    else {
      end.abort()
      ending.add(work)
      turns.begin(work.then(() => ending.delete(work)))
    }
  }
}

async function workOf({ around }: Making, one: RunnerProcess, signal: AbortSignal): Promise<void> {
  const { runner } = one
  const { random, clock } = around
  const kind = random.below(4)
  // It never rejects: it waits out what goes wrong.
  if (kind <= 1) return runner.work({ signal })
  const call = async (): Promise<unknown> =>
    kind === 2 ? runner.runUntilIdle({ signal }) : runner.run({ signal })
  while (!signal.aborted && !one.isDead()) {
    const given = await attempt(around, call)
    if (typeof given !== 'object') await clock.sleep(random.below(4000))
  }
}

/** A call that may be refused. @returns nothing where it is */
export async function attempt<T>(around: Surroundings, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (!isExpected(error)) throw error
    if (isUnitflowError(error)) around.ledger.refuse(error.code)
    return undefined
  }
}

function isExpected(error: unknown): boolean {
  if (error instanceof InjectedFailure) return true
  // An aborted signal's reason.
  if (error instanceof Error && error.name === 'AbortError') return true
  return isUnitflowError(error) && REFUSALS.has(error.code)
}
