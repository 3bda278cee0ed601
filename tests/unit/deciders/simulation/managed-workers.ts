import type { ActivityContext } from '../../../../ts/deciders/definitions/index.js'
import {
  ActivityCanceled,
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import type { Clock } from '../../../../ts/clock/index.js'
import type { WorkerOptions } from './raw-workers.js'
import { attempt } from './raw-workers.js'
import type { Surroundings } from './wire.js'
import { Wire } from './wire.js'

/** Workers of the manager, one after the other: each is killed after a while, or ends as it should. */
export async function manage(options: WorkerOptions, kind: 'decisions' | 'activities'): Promise<void> {
  const { around, clock } = options
  const { random, turns } = around
  for (;;) {
    const wire = new Wire(options.backend, around)
    const worker = workerOf(options, wire, kind)
    const end = new AbortController()
    const isRun = random.below(2) === 0
    turns.begin(isRun ? worker.run({ signal: end.signal }) : stepAgain(worker, wire, end.signal, options))
    do await clock.sleep(random.pick([1000, 20_000, 200_000]))
    while (!around.isFaulty)
    if (random.below(3) > 0) wire.die()
    else end.abort()
  }
}

function workerOf(
  { around, clock, workflows }: WorkerOptions,
  { backend }: Wire,
  kind: 'decisions' | 'activities',
) {
  const { random } = around
  const manager = createManager({ backend, workflows, clock })
  const categories = random.shuffled(['default', 'other'])
  const concurrency = 1 + random.below(4)
  if (kind === 'decisions') {
    return createDecisionWorker(manager, { categories, concurrency, remembered: 1 + random.below(3) })
  }
  const heartbeatEvery = random.pick([undefined, 500, 20_000])
  return createActivityWorker(manager, {
    categories,
    concurrency,
    grace: 5000,
    ...(heartbeatEvery !== undefined && { heartbeatEvery }),
  })
}

async function stepAgain(
  worker: { step(): Promise<boolean> },
  wire: Wire,
  signal: AbortSignal,
  { around, clock }: WorkerOptions,
): Promise<void> {
  while (!signal.aborted && !wire.isDead()) {
    const isBusy = await attempt(() => worker.step())
    if (isBusy === true) await around.turns.turns(3)
    else await clock.sleep(around.random.below(4000))
  }
}

/** What activities do: most give a result, some throw, sleep past their limits, or end when they are told. */
export function executeAtRandom(around: Surroundings, clock: Clock) {
  return async (_: unknown, activity: ActivityContext): Promise<unknown> => {
    const { random, ledger, turns } = around
    const nonce = ledger.nonce()
    await turns.turns(around.isFaulty ? random.pick([3, 40]) : 3)
    if (random.below(3) === 0) activity.heartbeat({ nonce })
    if (around.isFaulty) {
      const fate = random.below(10)
      if (fate === 0) throw new Error(nonce)
      if (fate === 1) throw new ActivityCanceled({ reason: nonce })
      if (fate <= 4)
        await clock.sleep(random.pick([1000, 1001, 10_000, 400_000]), { signal: activity.signal })
      if (fate === 5) activity.signalProcess('p0', 'from-an-activity', { nonce: ledger.nonce() })
    }
    return { nonce }
  }
}
