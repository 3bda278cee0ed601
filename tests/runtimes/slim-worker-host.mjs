// A worker that compiles nothing: it is handed the compiled core.
import { initSync } from 'unitflow/slim'
import { acceptance } from './acceptance.mjs'

globalThis.onmessage = async ({ data: { core, specs } }) => {
  initSync(core)
  globalThis.postMessage(await acceptance(specs))
}
