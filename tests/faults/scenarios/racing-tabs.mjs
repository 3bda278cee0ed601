// Two to four tabs and a worker cache the same and other keys, save processes of one, prune and read, all at once (U25, U32).
import { clean } from './closed-tabs.mjs'
import { withoutChromium, withTabs } from '../tabs.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

const VERSIONS = 8
const SAVES = 5

export const racingTabs = {
  name: 'racing-tabs',
  share: 1,
  cannotRun: withoutChromium,
  round: (context) => withTabs((tabs) => race(tabs, context)),
}

async function race(tabs, { random, count, round }) {
  const workflow = new VersionedWorkflow(random.pick(['small', 'real']), round)
  const requests = await workflow.requests()
  const all = []
  for (let left = random.between(2, 4); left > 0; left--) all.push(await tabs.open('shared'))
  const [first] = all
  await first.call('inWorker', 'open', 'shared')
  await first.call('cache', 'saved', workflow.text(0))
  await first.call('cache', 'same', workflow.text(0))
  const last = workflow.text(VERSIONS)
  const texts = Array.from({ length: VERSIONS }, (_, index) => workflow.text(index + 1))
  const tails = workflow.ids.map((id) => workflow.processText(id, 0).replace(/^\{"marker":\d+,/, ''))
  let isOver = false
  const writing = all.map(async (tab, index) => {
    const mine = tails.filter((_, at) => at % all.length === index)
    const anew = await Promise.all([
      tab.call('cacheOn', 'same', texts, 1),
      tab.call('cacheOn', `of tab ${index}`, texts, 1),
      tab.call('saveOn', 'saved', mine, SAVES),
    ])
    count('cachings', 2 * VERSIONS)
    count('saves', mine.length * SAVES)
    count('saves begun anew', anew[2])
  })
  const inWorker = first.call('inWorker', 'cache', 'of a worker', last)
  const reading = (async () => {
    for (let round = 0; !isOver; round++) {
      const asked = random.pick(requests)
      workflow.versionOf(await random.pick(all).call('read', 'same', asked.request), asked)
      count('reads')
      // What was unused a whole round ago goes: nothing here takes as long as an hour.
      if (round % 10 === 0)
        count('objects pruned', await random.pick(all).call('prune', round * 1_000_000, 3_600_000))
    }
  })()
  // Whatever one of them says, the others are not left alone.
  const endings = await Promise.allSettled([...writing, inWorker])
  isOver = true
  endings.push(...(await Promise.allSettled([reading])))
  for (const { reason } of endings) if (reason !== undefined) throw reason
  count('cachings')
  for (const tab of all) {
    const keys = ['same', 'of a worker', ...all.map((_, index) => `of tab ${index}`)]
    for (const key of keys) {
      const asked = random.pick(requests)
      const found = workflow.versionOf(await tab.call('read', key, asked.request), asked)
      count('reads')
      if (found !== VERSIONS)
        throw new Error(`version ${VERSIONS} of ${key} was cached and ${found} is there`)
    }
    for (const id of workflow.ids) {
      const { specs } = await tab.call('read', 'saved', { processId: id })
      count('reads')
      if (specs[id].text !== workflow.editedProcess(id, SAVES))
        throw new Error(`the last save of ${id} is lost`)
    }
    await clean(tab, keys.length + 1)
  }
}
