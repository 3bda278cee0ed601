import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * @typedef {{ path: string, cacheKey: string }} WorkflowFile
 *
 * @typedef {{ type: 'cached', bytes: number, written: number }
 *   | { type: 'failed', error: import('unitflow').ErrorData }
 *   | { type: 'stopped' }} Outcome what came of a file: bytes of it, and units that were written
 *
 * @typedef {(file: WorkflowFile, outcome: Outcome) => void} OnOutcome
 */

/**
 * Has threads cache the files, each one file at a time, and resolves when the last thread has ended.
 *
 * @param {readonly WorkflowFile[]} files
 * @param {object} options
 * @param {number} options.threads how many, at most
 * @param {WebAssembly.Module} options.core compiled once, for all of them
 * @param {string} options.store folder of the cache
 * @param {AbortSignal} options.signal ends the work between two writes; what is cached by then stays
 * @param {OnOutcome} options.onOutcome
 */
export async function cacheInThreads(files, { threads, core, store, signal, onOutcome }) {
  const waiting = files.values()
  const lanes = Array.from({ length: Math.min(threads, files.length) }, async () => {
    /** @type {Worker | undefined} */
    let worker
    for (const file of waiting) {
      if (signal.aborted) break
      worker ??= startWorker({ core, store }, signal)
      worker.postMessage(file)
      const answer = once(worker, 'message').then(([outcome]) => outcome)
      const outcome = await answer.catch(({ name, message, code }) => {
        // Not the file's error but the thread's end, for want of memory, say. The next file gets another thread.
        worker = undefined
        return { type: 'failed', error: { name, message, code } }
      })
      onOutcome(file, outcome)
    }
    await worker?.terminate()
  })
  await Promise.all(lanes)
}

/**
 * @param {{ core: WebAssembly.Module, store: string }} workerData
 * @param {AbortSignal} signal
 */
function startWorker(workerData, signal) {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData })
  signal.addEventListener('abort', () => worker.postMessage('stop'), { once: true })
  return worker
}
