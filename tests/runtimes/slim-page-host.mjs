// A page whose core is handed to it. The test hands `init` what it wants and has the page work.
import { decompose, errorToData, init, initSync } from 'unitflow/slim'
import { acceptance } from './acceptance.mjs'

const specs = fetch('/specs.json').then((response) => response.text())
/** As the worker, and the frame, get it. */
const compiled = (realm = globalThis) =>
  fetch('/core.wasm').then(async (response) => realm.WebAssembly.compile(await response.arrayBuffer()))

const SOURCES = {
  text: () => '/core.wasm',
  url: () => new URL('/core.wasm', globalThis.location.href),
  response: () => fetch('/core.wasm').then((response) => response),
  promise: () => fetch('/core.wasm'),
  blob: () => fetch('/core.wasm').then((response) => response.blob()),
  // A server that does not know the type: streaming would be refused.
  untyped: () => '/core.bin',
  bytes: () => fetch('/core.wasm').then((response) => response.arrayBuffer()),
  module: () => compiled(),
  missing: () => '/gone.wasm',
  page: () => '/index.html',
  torn: () => '/torn.wasm',
  older: () => '/older.wasm',
  unreachable: () => 'http://127.0.0.1:1/core.wasm',
}

globalThis.slim = {
  refusal: () => outcome(async () => decompose('{"spec":1}')),
  init: (source) => outcome(() => init(SOURCES[source]())),
  accept: async () => acceptance(await specs),

  async initFromFrame() {
    const { document } = globalThis
    const frame = document.body.appendChild(document.createElement('iframe'))
    const module = await compiled(frame.contentWindow)
    const isForeign = !(module instanceof WebAssembly.Module)
    frame.remove()
    initSync(module)
    return isForeign
  },

  async runInWorker() {
    const worker = new Worker('/worker.js', { type: 'module' })
    const answer = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = ({ message }) => reject(new Error(message))
    })
    worker.postMessage({ core: await compiled(), specs: await specs })
    return answer
  },
}

/** The error as data; without a stack, which nobody compares. */
async function outcome(work) {
  try {
    await work()
    return undefined
  } catch (error) {
    const { code, fields, message } = errorToData(error)
    return { code, fields, message }
  }
}
