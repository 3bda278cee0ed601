// The time of day is set back and forth under processes that cache, save, prune, hold locks and leases, and wait for timers:
// nothing is lost, done twice or waits for ever (U25, U30, U32, SC8).
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { brokenRules } from '../../unit/deciders/history/order-rules.ts'
import { startActor } from '../actor.mjs'
import { expected, order } from '../order-workflow.mjs'
import {
  cacheElementUnitsForWorkflow,
  createBackend,
  createFilesystemStore,
  createManager,
  createSqliteRecords,
  prune,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const [SECOND, HOUR, YEAR] = [1000, 3_600_000, 365 * 86_400_000]
/** Right, and wrong by as much as a dead battery makes it. */
const FAR = [0, 0, -30 * SECOND, -HOUR, -30 * YEAR, 30 * SECOND, HOUR, 10 * YEAR]
/** What waits for a time of day waits so much longer. */
const NEAR = [0, -2 * SECOND, 0, -SECOND]
const PROCESSES = 10
/** Nothing takes so long (ms), unless it hangs. */
const PATIENCE = 60_000

export const shiftedClock = {
  name: 'shifted-clock',
  share: 2,
  async round(context) {
    await cacheAndPrune(context)
    await save(context)
    await decide(context)
  },
}

/** Two writers, one pruner and a reader, on clocks that are far away from one another now and then. */
async function cacheAndPrune({ folder, random, count, round }) {
  const root = join(folder, 'caching')
  const workload = random.pick(['real', 'small'])
  const workflow = new VersionedWorkflow(workload, round)
  const store = createFilesystemStore({ root })
  const cacheKeys = ['one', 'two']
  for (const key of cacheKeys) await cacheElementUnitsForWorkflow(store, key, workflow.text(0))
  const clock = () => ({ seed: random.below(1e9), every: random.pick([20, 100, 400]), shifts: FAR })
  const latest = new Map()
  const writers = cacheKeys.map((cacheKey) =>
    startActor(
      'writer',
      { root, cacheKey, workload, seed: round, from: 1 },
      ({ type, version }) => {
        if (type !== 'cached') return
        latest.set(cacheKey, version)
        count('cachings')
      },
      { clock: clock() },
    ),
  )
  const pruner = startActor(
    'pruner',
    { root, grace: 5000 },
    ({ type, removed }) => {
      if (type !== 'pruned') return
      count('prunes')
      count('objects pruned', removed)
    },
    { clock: clock() },
  )
  const reader = startActor(
    'reader',
    { root, cacheKeys, workload, seed: round, readerSeed: random.below(1e9), patient: true },
    ({ type, reads }) => type === 'reads' && count('reads', reads),
    { clock: clock() },
  )
  await endedWell([...writers, pruner, reader], 2500)
  await verifyClean(store, cacheKeys.length)
  const requests = await workflow.requests()
  for (const key of cacheKeys) {
    const asked = random.pick(requests)
    const found = workflow.versionOf(await readElementUnit(store, key, asked.request), asked)
    if (found < latest.get(key))
      throw new Error(`version ${latest.get(key)} was cached and ${found} is there`)
  }
  // Marks of all those times keep nothing for ever.
  await prune(store, { grace: 0 })
  await pause(2)
  await prune(store, { grace: 0 })
  const { marked, waiting, removed } = await prune(store, { grace: 0 })
  if (marked.length + waiting.length + removed.length > 0) throw new Error('something unused is not removed')
  await verifyClean(store, cacheKeys.length)
}

/** Three editors save processes of one key, which needs a lock. */
async function save({ folder, random, count, round }) {
  const root = join(folder, 'saving')
  const workflow = new VersionedWorkflow('small', round)
  const store = createFilesystemStore({ root })
  await cacheElementUnitsForWorkflow(store, 'orders', workflow.text(0))
  const saved = new Map()
  const editors = [0, 1, 2].map((editor) =>
    startActor(
      'editor',
      {
        ...{
          root,
          cacheKey: 'orders',
          workload: 'small',
          seed: round,
          editorSeed: random.below(1e9),
          from: 1,
        },
        processIds: workflow.ids.filter((_, index) => index % 3 === editor),
      },
      ({ type, id, marker }) => {
        if (type !== 'saved') return
        saved.set(id, marker)
        count('saves')
      },
      { clock: { seed: random.below(1e9), every: random.pick([20, 100, 400]), shifts: FAR } },
    ),
  )
  await endedWell(editors, 2000)
  for (const [id, marker] of saved) {
    const { specs } = await readElementUnit(store, 'orders', { processId: id })
    count('reads')
    if (specs[id].text !== workflow.editedProcess(id, marker)) throw new Error(`the save of ${id} is lost`)
  }
  await verifyClean(store, 1)
}

/** Workers over one file, on the one clock of their machine: leases, retries, timers and what is due go by it. */
async function decide({ folder, random, count }) {
  mkdirSync(join(folder, 'deciding'))
  const path = join(folder, 'deciding', 'processes.db')
  const records = createSqliteRecords({ path })
  const manager = createManager({ backend: createBackend({ records }), workflows: [order] })
  const inputs = new Map()
  for (let number = 0; number < PROCESSES; number++) {
    const input = Array.from({ length: random.between(1, 4) }, () => random.below(100))
    inputs.set(await manager.start(order, input, { id: `order-${number}` }), input)
  }
  const clock = { seed: random.below(1e9), every: random.pick([50, 300]), shifts: NEAR }
  const workers = [false, true].map((isStepping, index) =>
    startActor('process-worker', { path, name: `worker-${index}`, isStepping }, undefined, { clock }),
  )
  for (const end = Date.now() + PATIENCE; ;) {
    const { processes } = await manager.backend.processes({ status: 'open', limit: 1 })
    if (processes.length === 0) break
    if (Date.now() > end) throw new Error(`the process ${processes[0].id} does not go on`)
    await pause(20)
  }
  await endedWell(workers, 0)
  for (const [id, input] of inputs) {
    const { closed } = await manager.backend.process(id)
    const history = await manager.backend.history(id)
    const broken = brokenRules(history)
    if (broken.length > 0) throw new Error(`${id}:\n${broken.join('\n')}`)
    if (closed?.result.result !== expected(input))
      throw new Error(`${id} of ${JSON.stringify(input)} came to ${JSON.stringify(closed?.result)}`)
    const done = history.filter(({ type }) => type === 'activity').length
    if (done !== input.length) throw new Error(`${id}: ${done} activities ended, of ${input.length}`)
  }
  count('processes finished', PROCESSES)
  await records.close()
}

/** Lets actors work for a while (ms), and asks each whether all was well. */
async function endedWell(actors, ms) {
  await Promise.all(actors.map(({ ready }) => ready))
  await pause(ms)
  for (const { failure } of await Promise.all(actors.map((one) => one.stop())))
    if (failure !== undefined) throw new Error(failure)
}
