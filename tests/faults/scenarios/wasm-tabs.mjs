// The core traps and runs out of memory in a tab and in its worker: the next call works (U4).
import { withoutChromium, withTabs } from '../tabs.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

const STEPS = 15

export const wasmTabs = {
  name: 'wasm-tabs',
  share: 1,
  cannotRun: withoutChromium,
  round: ({ random, count }) =>
    withTabs(async (tabs) => {
      const text = new VersionedWorkflow('real', 1).text(0)
      const tab = await tabs.open('core')
      for (const step of await tab.call('core', random.below(1e9), text, STEPS))
        count(`wasm in a tab: ${step}`)
      for (const step of await tab.call('inWorker', 'core', random.below(1e9), text, STEPS))
        count(`wasm in its worker: ${step}`)
      // It is the same tab that goes on.
      await tab.call('cache', 'orders', text)
      await tab.call('read', 'orders', { processId: new VersionedWorkflow('real', 1).ids[0] })
    }),
}
