// The same in a worker thread, whose core is the module that the main thread has compiled.
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { initSync } from 'unitflow/slim'
import { acceptance } from './acceptance.mjs'

if (isMainThread) {
  const file = fileURLToPath(import.meta.resolve('unitflow/core.wasm'))
  const core = await WebAssembly.compile(await readFile(file))
  const specs = await text(process.stdin)
  const worker = new Worker(new URL(import.meta.url), { workerData: { specs, core } })
  worker.once('message', (result) => process.stdout.write(result))
} else {
  initSync(workerData.core)
  parentPort.postMessage(await acceptance(workerData.specs))
}
