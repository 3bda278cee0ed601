// The same with slim: the Worker imports the compiled core itself and hands it over.
import { initSync } from 'unitflow/slim'
import core from 'unitflow/core.wasm'
import { acceptance } from './acceptance.mjs'

initSync(core)

export default {
  async fetch(request) {
    return new Response(await acceptance(await request.text()))
  },
}
