// Workers of units in OS processes over one SQLite file and one folder of units are killed, again and again, while a hundred
// runs go on (U36, U38): all end as if nobody had been killed. Meanwhile the workflows are cached in new versions, what no
// open run is on is pruned, and objects of units are damaged, or gone for a while.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import { brokenUnits } from '../killed-units-check.mjs'
import {
  createBackend,
  createFilesystemStore,
  createManager,
  createSqliteRecords,
} from '../package-under-test.mjs'
import { UnitLibrary } from '../unit-library.mjs'
import { UnitPeople } from '../unit-people.mjs'
import { defineUnits, KINDS, startsOf } from '../unit-workflows.mjs'
import { UnkilledUnits } from '../unkilled-units.mjs'
import { verifyClean } from '../verify-clean.mjs'

const RUNS = 100
/** Nothing takes so long (ms) after the last kill, unless it hangs. */
const PATIENCE = 150_000

const unkilled = new UnkilledUnits()

export const killedUnits = {
  name: 'killed-units',
  share: 3,
  async round({ folder, random, count, round }) {
    const store = createFilesystemStore({ root: join(folder, 'units') })
    const records = createSqliteRecords({ path: join(folder, 'processes.db') })
    const workflows = await defineUnits(store)
    const manager = createManager({
      backend: createBackend({ records }),
      workflows: Object.values(workflows),
    })
    // Rounds go on with other versions.
    const library = new UnitLibrary({ store, manager, random, count, from: (round % 10) * 3 })
    await library.open()
    let made = 0
    const start = () => startActor('unit-worker', { folder, name: `worker-${made++}`, seed: `${round}` })
    const workers = Array.from({ length: random.between(2, 4) }, start)
    const people = new UnitPeople({ manager, workflows, random, count })
    const runs = []
    const begin = async () => {
      // Most are short; a few are of the order company, which calls thirty processes.
      const kind = random.chance(0.06) ? 'Order' : random.pick(KINDS.slice(1))
      const run = await library.start(workflows[kind], `run-${runs.length}`, random.pick(startsOf(kind)))
      people.expect(run)
      runs.push(run)
    }
    let broken
    const busy = [people.work(), library.watch()].map((work) => work.catch((error) => (broken ??= error)))
    try {
      for (let left = 25; left > 0; left--) {
        for (let some = RUNS / 25; some > 0; some--) await begin()
        const wants = random.next()
        if (wants < 0.3) await library.cacheNext()
        if (random.chance(0.3)) await library.prune()
        if (wants > 0.65) await killOne(random.chance(0.6) ? library : undefined)
        if (broken !== undefined) throw broken
        await pause(random.next() ** 2 * 200)
      }
      await library.mend()
      await allClosed(manager, async () => {
        if (random.chance(0.2)) await library.prune()
        if (broken !== undefined) throw broken
      })
    } finally {
      people.leave()
      library.leave()
      await Promise.all(busy)
    }
    for (const worker of workers) {
      const { failure } = await worker.stop()
      if (failure !== undefined) throw new Error(failure)
    }
    const checked = await brokenUnits({ runs, manager, records, folder, unkilled })
    if (checked.broken.length > 0) throw new Error(checked.broken.slice(0, 20).join('\n'))
    await verifyClean(store, KINDS.length)
    for (const [what, number] of Object.entries(checked.counts)) count(what, number)
    count('runs ended', runs.length)
    await records.close()

    /** Who comes next has to read units anew, which the one or the other may not find. */
    async function killOne(broken) {
      await broken?.damage()
      const index = random.below(workers.length)
      const worker = workers[index]
      if (random.chance(0.8)) await worker.ready
      await pause(random.next() ** 2 * 300)
      worker.kill()
      const { signal, failure } = await worker.ended
      if (failure !== undefined) throw new Error(failure)
      if (signal !== 'SIGKILL') throw new Error(`it was to be killed, and ended otherwise: ${signal}`)
      count('kills')
      workers[index] = start()
      if (broken === undefined) return
      await pause(random.between(200, 700))
      await broken.mend()
    }
  },
}

async function allClosed(manager, meanwhile) {
  for (const end = Date.now() + PATIENCE; ;) {
    const { processes } = await manager.list({ status: 'open' })
    if (processes.length === 0) return
    if (Date.now() > end) {
      const [info] = processes
      const events = await manager.history(info.id)
      const told = events.map((event) => JSON.stringify(event)).join('\n')
      throw new Error(`${processes.length} do not go on: ${JSON.stringify(info)}\n${told}`)
    }
    await meanwhile()
    await pause(50)
  }
}
