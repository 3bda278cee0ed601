import type { FlowEvent, FlowReader, FlowRunner } from '../../../../ts/flows/index.js'
import type { Making } from './runners.js'
import { attempt, startRunner } from './runners.js'

/** So many executions. */
export const EXECUTIONS = 8

/** Schedules executions, some for later, some twice. */
export async function schedule(making: Making): Promise<void> {
  const { around, flows } = making
  const { random, turns, clock, ledger } = around
  const { runner } = startRunner(making)
  const plans = Array.from({ length: EXECUTIONS }, (_, index) => ({
    flow: random.pick(flows).name,
    id: `e${index}`,
    ...(random.below(3) === 0 && { delay: random.pick([1, 5000, 60_000]) }),
    ...(random.below(3) > 0 && { key: random.pick(['k', 'l']) }),
    tags: random.below(2) === 0 ? ['t'] : [],
  }))
  for (const { flow, ...options } of random.shuffled([...plans, ...plans.slice(0, 2)])) {
    const { delay, ...rest } = options
    const when = delay === undefined ? {} : random.below(2) === 0 ? { delay } : { at: clock.now() + delay }
    const input = { start: { by: options.id, key: 'start' } }
    ledger.planned.set(options.id, { flow, key: options.key })
    const call = () => runner.schedule(flow, input, { ...rest, ...when })
    // Whoever does not know whether it was asks again: it is the same execution.
    while (!ledger.deleted.has(options.id) && (await attempt(around, call)) === undefined) await turns.turn()
    ledger.scheduled.add(options.id)
    await turns.turns(6)
  }
}

/** Somebody outside who cancels, pauses, runs again, looks. */
export async function meddle(making: Making, watch: (id: string) => Promise<void>): Promise<void> {
  const { around } = making
  const { random, turns, ledger } = around
  const { runner } = startRunner(making)
  for (let left = 25; left > 0; left--) {
    await turns.turns(12)
    if (!around.isFaulty) return
    const id = `e${random.below(EXECUTIONS)}`
    const call = callAt(random.below(22), making, runner, id, watch)
    if (call !== undefined) await attempt(around, call)
    else if (!ledger.deleted.has(id) && random.below(4) === 0) {
      ledger.deleted.add(id)
      const isRefused = (await attempt(around, async () => (await runner.delete(id), true))) === undefined
      // It is there yet, unless the answer was lost.
      if (isRefused && (await isThere(runner, id))) ledger.deleted.delete(id)
    }
  }
}

function callAt(
  kind: number,
  making: Making,
  runner: FlowRunner,
  id: string,
  watch: (id: string) => Promise<void>,
): (() => Promise<unknown>) | undefined {
  const { around, flows, made } = making
  const { random, ledger } = around
  if (kind <= 3) return () => runner.pause(id)
  if (kind <= 8) return () => runner.resume(id)
  if (kind <= 10)
    return () => runner.cancel(id, { reason: 'from outside' }).then(() => ledger.canceled.add(id))
  if (kind <= 13)
    return () => runner.reschedule(id, random.below(2) === 0 ? {} : { from: `t${random.below(5)}` })
  if (kind === 14) return () => runner.recover()
  if (kind === 15) return () => runner.recover({ owner: `r${random.below(made.length)}` })
  if (kind === 16) return () => runner.rescheduleAll({ tag: 't' })
  // These may take long, and nobody waits for them.
  if (kind === 17) {
    ledger.runById.add(id)
    const isRerun = random.below(2) === 0
    return async () =>
      around.turns.begin(attempt(around, () => (isRerun ? runner.rerun(id) : runner.run({ id }))))
  }
  if (kind === 18) return async () => around.turns.begin(attempt(around, () => watch(id)))
  if (kind === 19) return () => lookAround(runner, flows[0].name)
  return undefined
}

async function isThere(runner: FlowRunner, id: string): Promise<boolean> {
  for (;;) {
    try {
      await runner.execution(id)
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'no-such-execution') return false
    }
  }
}

/** Whoever watches an execution until it has ended, or all is over. */
export async function watchOne(
  reader: FlowReader,
  id: string,
  seen: Map<string, FlowEvent[]>,
  signal: AbortSignal,
): Promise<void> {
  const events: FlowEvent[] = []
  for await (const event of reader.watch(id, { signal })) {
    if (event.type !== 'task-progress') events.push(event)
  }
  if (events.length > (seen.get(id)?.length ?? 0)) seen.set(id, events)
}

async function lookAround(runner: FlowRunner, flow: string): Promise<void> {
  await runner.list()
  await runner.list({ flow, reverse: true, limit: 2 })
  await runner.list({ status: 'running' })
  await runner.nextDeadline()
}
