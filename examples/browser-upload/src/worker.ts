// Uploads, beside the page: a page that is hidden runs its timers late. It ends with its tab, in the middle of whatever it
// does, and another tab goes on.
import { openRunner } from './upload-flow.js'

/** What the page is told. */
export type WorkerSays = { readonly owner: string } | { readonly trouble: string }

/** How often (ms) it looks for uploads of tabs that were closed. */
const LOOK_EVERY = 1000

const say = (said: WorkerSays): void => postMessage(said)
const complain = (error: unknown): void =>
  say({ trouble: error instanceof Error ? error.message : String(error) })

const runner = openRunner(complain)
say({ owner: runner.owner })
runner.work({ signal: new AbortController().signal }).catch(complain)
setInterval(() => void runner.recover().catch(complain), LOOK_EVERY)
