import type { RandomWorkflows } from './random-workflows.js'
import { PROCESSES } from './decide-at-random.js'
import type { Plan } from './decide-at-random.js'
import type { WorkerOptions } from './raw-workers.js'
import { attempt } from './raw-workers.js'
import { Wire } from './wire.js'

/** Starts processes, some of them twice. */
export async function start(
  options: WorkerOptions,
  { workflows }: RandomWorkflows,
  seed: number,
): Promise<void> {
  const { random, turns } = options.around
  const { backend } = new Wire(options.backend, options.around)
  const starts = Array.from({ length: PROCESSES }, (_, index) => ({
    workflow: random.pick(workflows).name,
    id: `p${index}`,
    input: { seed: seed + index, rounds: 1 + random.below(4), depth: random.below(3) } satisfies Plan,
    tags: random.below(2) === 0 ? ['t'] : [],
  }))
  for (const one of random.shuffled([...starts, ...starts.slice(0, 1)])) {
    while ((await attempt(() => backend.startProcess(one))) === undefined) await turns.turn()
    await turns.turns(6)
  }
}

/** Sends signals, also to processes that are not there yet, and cancels now and then. */
export async function send(options: WorkerOptions): Promise<void> {
  const { random, turns, ledger } = options.around
  const { backend } = new Wire(options.backend, options.around)
  for (let left = 8; left > 0; left--) {
    await turns.turns(20)
    const id = `p${random.below(PROCESSES)}`
    const kind = random.below(12)
    if (kind === 0) await attempt(() => backend.cancelProcess(id, { reason: 'from outside' }))
    else if (kind <= 2) await attempt(() => backend.cancelProcess(id, { request: true }))
    else
      await attempt(() =>
        backend.signalProcess(id, { name: 'from-outside', data: { nonce: ledger.nonce() } }),
      )
  }
}

/** Completes what waits for a person, by the tokens that it is listed with. */
export async function answer(options: WorkerOptions): Promise<void> {
  const { random, turns, ledger } = options.around
  const { backend } = new Wire(options.backend, options.around)
  for (;;) {
    await options.clock.sleep(1000 + random.below(60_000))
    const page = await attempt(() => backend.waitingActivities({ limit: 1 + random.below(5) }))
    for (const { token } of page?.activities ?? []) {
      if (token === undefined) continue
      await turns.turns(5)
      const result = { type: 'completed', result: { nonce: ledger.nonce() } } as const
      await attempt(() => backend.completeActivityTask(token, result))
    }
  }
}

/** Tries tokens that are altered, and those that others have: none may do anything that it should not. */
export async function forge(options: WorkerOptions): Promise<void> {
  const { around, backend, tokens } = options
  const { random, turns } = around
  for (;;) {
    await turns.turns(8)
    const token = tokens.at(-1 - random.below(4))
    if (token === undefined || !around.isFaulty) continue
    const forged = altered(token, random.below(5), tokens[random.below(tokens.length)] ?? '')
    if (tokens.includes(forged)) continue
    const calls = [
      () => backend.completeActivityTask(forged, { type: 'completed', result: 'forged' }),
      () => backend.heartbeat(forged, 'forged'),
      () => backend.releaseActivityTask(forged),
      () => backend.completeDecisionTask(forged, [{ type: 'complete-process', result: 'forged' }]),
      () => backend.failDecisionTask(forged, { error: { name: 'Error', message: 'forged' } }),
    ] as const
    const call = random.pick(calls)
    const isAccepted = await attempt(async () => (await call(), true))
    if (isAccepted === true) throw new Error(`the forged token ${forged} was accepted`)
  }
}

function altered(token: string, how: number, other: string): string {
  const parts = token.split(',')
  // What a token says is nobody's business but the backend's, and who makes them up knows it all the same.
  const lease = parts[0] === 'a' ? 3 : 2
  switch (how) {
    case 0:
      return token.slice(0, -1)
    case 1:
      return parts.with(1, String(Number(parts[1]) + 1)).join()
    case 2:
      return parts.with(0, parts[0] === 'a' ? 'd' : 'a').join()
    case 3:
      return parts.with(lease, other.split(',')[other.startsWith('a') ? 3 : 2] ?? '').join()
    default:
      return parts.with(lease + 1, 'p9').join()
  }
}

/** Does what is due now and then, and asks when something is next (D43). */
export async function tick(options: WorkerOptions): Promise<void> {
  const { around, clock } = options
  const { backend } = new Wire(options.backend, around)
  for (;;) {
    await clock.sleep(around.random.below(20_000))
    await attempt(() => backend.tick())
    await attempt(() => backend.nextDeadline({ exact: around.random.below(2) === 0 }))
  }
}
