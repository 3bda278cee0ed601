// Tabs are closed, left and crashed in the midst of transactions of IndexedDB, again and again, while another tab reads (U30).
import { setTimeout as pause } from 'node:timers/promises'
import { withoutChromium, withTabs } from '../tabs.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

const ENDS = 10
/** Versions that a tab is handed: more than it comes to. */
const VERSIONS = 30
const READERS = 3

export const closedTabs = {
  name: 'closed-tabs',
  share: 2,
  cannotRun: withoutChromium,
  round: (context) => withTabs((tabs) => endTabs(tabs, context)),
}

async function endTabs(tabs, { random, count, timeLeft, round }) {
  const workflow = new VersionedWorkflow(random.pick(['small', 'real', 'company']), round)
  const requests = await workflow.requests()
  const [start] = requests
  const reader = await tabs.open('closed')
  const versionOf = async (asked) =>
    workflow.versionOf(await reader.call('read', 'orders', asked.request), asked)
  await reader.call('cache', 'orders', workflow.text(0))
  const recorded = []
  let cached = 0
  for (let end = 0; end < ENDS && (end === 0 || timeLeft() > 0); end++) {
    const version = cached + 1
    let begin
    const begun = new Promise((resolve) => (begin = resolve))
    tabs.listen((what) => {
      begin()
      const [told, which] = what.split(' ')
      if (told === 'recorded') recorded.push(which)
      if (told !== 'cached') return
      cached = Number(which)
      count('cachings')
    })
    const tab = await tabs.open('closed')
    const texts = Array.from({ length: VERSIONS }, (_, index) => workflow.text(version + index))
    // Neither ends before the tab does; what it is then is no matter.
    const working = Promise.allSettled([
      tab.call('cacheOn', 'orders', texts, version),
      tab.call('recordOn', `${round}.${end}`, 1000),
    ])
    let isOver = false
    const read = async () => {
      while (!isOver) {
        const found = await versionOf(random.pick(requests))
        count('reads')
        if (found > version + VERSIONS) throw new Error(`version ${found} is there, which nobody has cached`)
      }
    }
    const reading = Promise.all(Array.from({ length: READERS }, read))
    // Some end before they have written anything.
    if (random.chance(0.8)) await Promise.race([begun, reading])
    await Promise.race([pause(random.next() ** 2 * 300), reading])
    await tab[random.pick(['close', 'crash', 'leave'])]()
    count('tabs ended')
    isOver = true
    await reading
    await working
    const found = await versionOf(start)
    if (found < cached) throw new Error(`version ${cached} was cached and ${found} is there`)
    const { torn, lost } = await reader.call('recorded', recorded)
    if (torn.length > 0) throw new Error(`only some records are there of ${torn.join(', ')}`)
    if (lost.length > 0) throw new Error(`told durable, and not there: ${lost.join(', ')}`)
    await clean(reader, 1)
    cached = found + 1
    await reader.call('cache', 'orders', workflow.text(cached))
    await reader.call('record', 'after', 100 + cached)
    count('cachings')
    if ((await versionOf(start)) !== cached || (await reader.call('lengthOf', 'after')) !== 100 + cached)
      throw new Error(`what is written after a tab has ended is not there`)
    await clean(reader, 1)
  }
  count('acknowledged transactions', recorded.length)
}

/** @throws Error if anything in the tab's store is not as it was written */
export async function clean(tab, roots) {
  const report = await tab.call('verify')
  if (report.findings.length > 0) throw new Error(`verifyStore finds ${JSON.stringify(report.findings)}`)
  if (report.roots !== roots) throw new Error(`verifyStore sees ${report.roots} roots, not ${roots}`)
}
