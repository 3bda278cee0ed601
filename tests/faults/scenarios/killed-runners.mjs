// Four runners of flows in OS processes over one file are killed, or stopped for longer than their leases last, again and
// again (F26): every flow ends, nothing that was committed is lost or replaced, and who has lost an execution is fenced off.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import { brokenFlows } from '../killed-flows-check.mjs'
import { createFlowRunner, createSqliteRecords } from '../package-under-test.mjs'
import { parcelFlows } from '../parcel-flows.mjs'

const RUNNERS = 4
const FLOWS = 120
/** In which they come (ms): so few wait at once that what has lost its runner is soon taken by another. */
const SPAN = 6000
/** Milliseconds. */
const LEASE = 500
/** Nothing takes so long (ms) after the last kill, unless it hangs. */
const PATIENCE = 60_000

export const killedRunners = {
  name: 'killed-runners',
  share: 3,
  async round({ folder, random, count, round }) {
    const records = createSqliteRecords({ path: join(folder, 'flows.db') })
    const runner = createFlowRunner({ records, flows: parcelFlows(() => undefined), owner: 'observer' })
    const ids = await scheduleAll(runner, random)
    let made = 0
    const stopped = new Set()
    const start = () => {
      const owner = `runner-${made++}`
      const options = {
        folder,
        owner,
        concurrency: random.between(2, 5),
        lease: LEASE,
        seed: `${round}/${made}`,
      }
      const one = { owner, pid: undefined }
      const said = (message) => {
        if (message.type === 'pid') one.pid = message.pid
      }
      return Object.assign(one, startActor('flow-runner', options, said))
    }
    const runners = Array.from({ length: RUNNERS }, start)
    for (let left = random.between(8, 16); left > 0; left--) {
      const index = random.below(RUNNERS)
      const one = runners[index]
      // Sometimes before it has begun.
      if (random.chance(0.8)) await one.ready
      await pause(random.next() ** 2 * 300)
      if (one.pid !== undefined && random.chance(0.5)) {
        stopped.add(one.owner)
        await stopFor(one, LEASE * (0.7 + 0.8 * random.next()))
        count('stops')
      } else {
        one.kill()
        await assertKilled(one)
        count('kills')
        runners[index] = start()
      }
    }
    await allEnded(runner)
    for (const one of runners) {
      const { failure } = await one.stop()
      if (failure !== undefined) throw new Error(failure)
    }
    const { broken, counts } = await brokenFlows({ runner, records, ids, folder, stopped })
    if (broken.length > 0) throw new Error(broken.slice(0, 20).join('\n'))
    for (const [what, number] of Object.entries(counts)) count(what, number)
    count('flows ended', ids.length)
    runner.close()
    await records.close()
  },
}

async function scheduleAll(runner, random) {
  const ids = []
  for (let number = 0; number < FLOWS; number++) {
    const flow = number % 5 === 0 ? 'limited' : 'parcel'
    const start = { start: { by: `start-${number}` } }
    const [key, delay] = [`key-${random.below(3)}`, random.below(SPAN)]
    ids.push(await runner.schedule(flow, start, { id: `parcel-${number}`, key, delay }))
  }
  return ids
}

/** Its lease runs out meanwhile; it does not know when it goes on. */
async function stopFor({ pid }, ms) {
  process.kill(pid, 'SIGSTOP')
  await pause(ms)
  process.kill(pid, 'SIGCONT')
}

async function assertKilled(one) {
  const { signal, failure } = await one.ended
  if (failure !== undefined) throw new Error(failure)
  if (signal !== 'SIGKILL') throw new Error(`${one.owner} was to be killed, and ended otherwise: ${signal}`)
}

async function allEnded(runner) {
  for (const end = Date.now() + PATIENCE; ;) {
    const { executions } = await runner.list({ limit: 1000 })
    const open = executions.find(({ status }) => status !== 'completed')
    if (open === undefined) return
    if (Date.now() > end) {
      const events = (await runner.history(open.id)).map((event) => JSON.stringify(event))
      throw new Error(`${open.id} does not go on: ${JSON.stringify(open)}\n${events.join('\n')}`)
    }
    await pause(50)
  }
}
