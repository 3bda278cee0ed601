// A thread of the pool: caches the workflow files that it is sent, and says what came of each.
import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { cacheElementUnitsForWorkflow, errorToData, initSync } from 'unitflow/slim'
import { createFilesystemStore } from 'unitflow/stores/filesystem'

// The module comes compiled: a thread only instantiates it.
initSync(workerData.core)
const store = createFilesystemStore({ root: workerData.store })
const stopping = new AbortController()

parentPort.on('message', async (message) => {
  if (message === 'stop') stopping.abort()
  else parentPort.postMessage(await cache(message))
})

/**
 * @param {import('./pool.mjs').WorkflowFile} file
 * @returns {Promise<import('./pool.mjs').Outcome>}
 */
async function cache({ path, cacheKey }) {
  const { signal } = stopping
  try {
    const specs = await readFile(path, { signal })
    const { written } = await cacheElementUnitsForWorkflow(store, cacheKey, specs, { signal })
    return { type: 'cached', bytes: specs.length, written: written.length }
  } catch (error) {
    return signal.aborted ? { type: 'stopped' } : { type: 'failed', error: errorToData(error) }
  }
}
