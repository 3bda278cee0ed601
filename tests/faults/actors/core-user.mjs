// Uses the core while its instances are made to fail, on the main thread or in a worker.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { actor } from '../actor.mjs'
import { coreFaults } from '../core-faults.mjs'
import { decompose, isUnitflowError } from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

if (isMainThread) {
  await actor(async (options, say) => {
    const tell = (what) => say({ type: 'step', what })
    await (options.inWorker ? useInWorker(options, tell) : use(options, tell))
    await say({ type: 'done' })
    process.exit(0)
  })
} else {
  await use(workerData, async (what) => parentPort.postMessage(what))
}

async function use({ seed, first, steps, inWorker }, tell) {
  setFlagsFromString('--expose-gc')
  const faults = coreFaults({
    decompose,
    isUnitflowError,
    text: new VersionedWorkflow('real', 1).text(0),
    random: seeded(seed, 'core'),
    collectGarbage: runInNewContext('gc'),
  })
  const where = inWorker ? 'wasm in a worker:' : 'wasm'
  for (let step = 0; step < first.length + steps; step++)
    await tell(`${where} ${await faults.step(first[step])}`)
}

async function useInWorker(options, tell) {
  const worker = new Worker(new URL(import.meta.url), { workerData: options })
  const told = []
  worker.on('message', (what) => told.push(tell(what)))
  await new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the worker ended with ${code}`))))
  })
  await Promise.all(told)
}
