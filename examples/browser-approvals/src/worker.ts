// Decides, and does activities, beside the page: a page that is hidden runs its timers late, and its heartbeats with them.
import { createActivityWorker, createDecisionWorker } from 'unitflow/deciders'
import { manager } from './shop.js'

addEventListener(
  'message',
  ({ data }: MessageEvent<{ readonly identity: string }>) => {
    const { identity } = data
    // It ends with its tab, in the middle of whatever it does.
    const { signal } = new AbortController()
    void createDecisionWorker(manager, { identity }).run({ signal })
    void createActivityWorker(manager, { identity, concurrency: 4, heartbeatEvery: 1000 }).run({ signal })
  },
  { once: true },
)
