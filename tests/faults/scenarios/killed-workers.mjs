// Two pools of workers in OS processes over one file are killed, again and again (SC8, SC9): every process finishes, and its
// history is one that the rules of order allow.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { brokenRules } from '../../unit/deciders/history/order-rules.ts'
import { startActor } from '../actor.mjs'
import { expected, order } from '../order-workflow.mjs'
import { createBackend, createManager, createSqliteRecords } from '../package-under-test.mjs'

const PROCESSES = 40
/** Nothing takes so long (ms) after the last kill, unless it hangs. */
const PATIENCE = 60_000

export const killedWorkers = {
  name: 'killed-workers',
  share: 3,
  async round({ folder, random, count }) {
    const path = join(folder, 'processes.db')
    const records = createSqliteRecords({ path })
    const manager = createManager({ backend: createBackend({ records }), workflows: [order] })
    const inputs = new Map()
    for (let number = 0; number < PROCESSES; number++) {
      const input = Array.from({ length: random.between(1, 6) }, () => random.below(100))
      inputs.set(await manager.start(order, input, { id: `order-${number}` }), input)
    }
    const kills = random.between(2, 6)
    const workers = [0, 1].map((index) =>
      startActor('process-worker', { path, name: `worker-${index}`, isStepping: index === 1 }),
    )
    for (let kill = 0; kill < kills; kill++) {
      const index = random.below(2)
      await pause(random.next() ** 2 * 400)
      workers[index].kill()
      const { failure } = await workers[index].ended
      if (failure !== undefined) throw new Error(failure)
      count('kills')
      workers[index] = startActor('process-worker', {
        path,
        name: `worker-${index}-${kill}`,
        isStepping: random.below(2) === 0,
      })
    }
    await allClosed(manager.backend)
    for (const worker of workers) {
      const { failure } = await worker.stop()
      if (failure !== undefined) throw new Error(failure)
    }
    for (const [id, input] of inputs) await verify(manager, id, input)
    count('processes finished', PROCESSES)
    await records.close()
  },
}

async function allClosed(backend) {
  for (const end = Date.now() + PATIENCE; ;) {
    const { processes } = await backend.processes({ status: 'open', limit: 1 })
    if (processes.length === 0) return
    if (Date.now() > end) {
      const [{ id }] = processes
      const events = await backend.history(id)
      throw new Error(
        `the process ${id} does not go on:\n${events.map((event) => JSON.stringify(event)).join('\n')}`,
      )
    }
    await pause(20)
  }
}

async function verify(manager, id, input) {
  const { closed } = await manager.backend.process(id)
  const result = closed?.result
  if (result?.type !== 'completed' || result.result !== expected(input)) {
    throw new Error(`${id} of ${JSON.stringify(input)} came to ${JSON.stringify(result)}`)
  }
  const history = await manager.backend.history(id)
  const broken = brokenRules(history)
  if (broken.length > 0) throw new Error(`${id}:\n${broken.join('\n')}`)
  const done = history.filter(({ type }) => type === 'activity').length
  if (done !== input.length)
    throw new Error(`${id}: ${done} activities have ended, ${input.length} were scheduled`)
}
