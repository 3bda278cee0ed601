// A site has used up what the browser lets it keep (U29-U31): typed errors, whole units, and all goes on once there is room.
import { clean } from './closed-tabs.mjs'
import { withoutChromium, withTabs } from '../tabs.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

const STEPS = 3
/** Versions until one does not fit, at most. */
const VERSIONS = 100
/** What else a site keeps with each of them: in bytes. */
const BALLAST = 40_000

export const fullQuota = {
  name: 'full-quota',
  share: 1,
  cannotRun: withoutChromium,
  async round(context) {
    // A browser remembers for a while how much room there was: each step has its own.
    for (let step = 0; step < STEPS && (step === 0 || context.timeLeft() > 0); step++)
      await withTabs((tabs) => fillAndGoOn(tabs, context, step))
  },
}

async function fillAndGoOn(tabs, { random, count, round }, step) {
  const workflow = new VersionedWorkflow(random.pick(['company', 'parted', 'real']), round * STEPS + step)
  const requests = await workflow.requests()
  await tabs.limit(random.between(600_000, 2_000_000))
  const [tab, other] = [await tabs.open('full'), await tabs.open('full')]
  const check = async (from, versions) => {
    const asked = random.pick(requests)
    const found = workflow.versionOf(await from.call('read', 'orders', asked.request), asked)
    count('reads')
    if (!versions.includes(found)) throw new Error(`version ${found} is there, not one of ${versions}`)
  }
  let cached = -1
  for (let version = 0; version < VERSIONS; version++) {
    if (await isFull(() => tab.call('cache', 'orders', workflow.text(version)))) break
    cached = version
    count('cachings')
    await isFull(() => tab.call('record', `beside ${version}`, BALLAST))
  }
  if (cached + 1 === VERSIONS) throw new Error('everything fits: the round has tested nothing')
  count('times full')
  for (let record = 0; record < VERSIONS; record++)
    if (await isFull(() => tab.call('record', record, 300_000))) {
      count('times full')
      break
    }
  if (cached >= 0) {
    for (const from of [tab, other]) await check(from, [cached])
    await clean(other, 1)
  }
  const isRefused = await isFull(() => tab.call('cache', 'orders', workflow.text(cached + 1)))
  count(isRefused ? 'times full' : 'cachings')
  if (!isRefused) cached++
  if (await isFull(() => tab.call('prune', 0, 0).then(() => tab.call('prune', 1, 0))))
    count('prunes that found no room')
  await tabs.limit()
  for (const from of [tab, other]) {
    cached++
    await from.call('cache', 'orders', workflow.text(cached))
    await from.call('record', 'after', 300_000)
    count('cachings')
    for (const reading of [tab, other]) await check(reading, [cached])
    if ((await other.call('lengthOf', 'after')) !== 300_000) throw new Error('the record is not there')
    await clean(from, 1)
  }
}

/** Whether it said `store-full`; it may say nothing else. */
async function isFull(work) {
  try {
    await work()
    return false
  } catch (error) {
    if (error.code === 'store-full') return true
    throw error
  }
}
