import type { RunTask } from './random-flows.js'
import type { Context } from '../../../../ts/flows/execution/index.js'
import { never } from './runner-store.js'
import type { Surroundings } from './surroundings.js'

/** So long (ms) do tasks take: limits are met exactly, and passed. */
const TIMES = [1, 999, 1000, 1001, 10_000, 20_000, 400_000] as const

/** What tasks do: most give what they are to give; others throw, give what they may not, or never settle. */
export function runAtRandom(around: Surroundings, owner: string, isDead: () => boolean): RunTask {
  const { random, ledger, turns, clock, periods } = around
  return async ({ name: task, outputs }, inputs, context) => {
    const { executionId: execution, attempt } = context
    const nonce = ledger.nonce()
    const copy: Context = structuredClone(inputs)
    const token = periods.get(execution)?.length ?? 0
    const run = { execution, task, owner, attempt, token, nonce, inputs: copy, from: clock.now() }
    ledger.begin(run, context.idempotencyKey)
    const given = (): Context => Object.fromEntries(outputs.map((key) => [key, { by: nonce, key }]))
    try {
      await turns.turns(around.isFaulty ? random.pick([0, 3, 40]) : 2)
      if (isDead()) return await never()
      if (!around.isFaulty) return given()
      for (const value of Object.values(inputs)) spoil(value)
      if (random.below(3) === 0) context.progress(random.below(101), nonce)
      for (let beats = random.below(4); beats > 0; beats--) {
        context.heartbeat({ nonce })
        await clock.sleep(random.pick([100, 500, 1500]))
      }
      if (isDead()) return await never()
      switch (random.below(16)) {
        case 0:
          throw new Error(nonce, { cause: new TypeError('planned') })
        case 1:
        case 2:
          throw random.pick<unknown>([nonce, undefined, null, 0, { nonce }])
        case 3:
        case 4:
          await clock.sleep(random.pick(TIMES), { signal: context.signal })
          break
        case 5:
          // It does not listen.
          await clock.sleep(random.pick(TIMES))
          break
        case 6:
          return await new Promise(() => undefined)
        case 7:
          return await until(context.signal)
        case 8:
          return { ...given(), undeclared: nonce }
        case 9:
          return random.pick([undefined, null, nonce, []])
        default:
      }
      if (isDead()) return await never()
      return given()
    } finally {
      ledger.end(run)
    }
  }
}

function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}

/** What a task does to its inputs is seen by nobody. */
function spoil(value: unknown): void {
  if (typeof value === 'object' && value !== null) Object.assign(value, { by: 'spoilt' })
}
