// The same in a worker thread.
import { text } from 'node:stream/consumers'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { acceptance } from './acceptance.mjs'

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: await text(process.stdin) })
  worker.once('message', (result) => process.stdout.write(result))
} else {
  parentPort.postMessage(await acceptance(workerData))
}
