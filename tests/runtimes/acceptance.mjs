// The program that must give the same bytes in every runtime. Only `unitflow` and what all runtimes have.
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  describeProcess,
  errorToData,
  mergeUnits,
  readElementUnit,
  specsToLoad,
  unitJson,
  workflowFromCachedElementUnit,
} from 'unitflow'
import { coreErrors } from './core-errors.mjs'
import { unitRun } from './unit-run.mjs'

/**
 * Takes a workflow apart, caches it, reads units, runs some, meets every error and survives a trap.
 *
 * @param {string} specs the example company
 * @returns {Promise<string>} what came out, as JSON
 */
export async function acceptance(specs) {
  const cores = watchCores()
  const { version, objects, manifest } = decompose(specs)
  const ofBytes = decompose(new TextEncoder().encode(specs)).version

  const store = createMemoryStore()
  const report = await cacheElementUnitsForWorkflow(store, 'company', specs, {
    newId: () => '0123456789abcdef',
  })
  const start = await readElementUnit(store, 'company', { processId: 'Order' })
  const resume = await readElementUnit(store, 'company', {
    processId: 'Order',
    elements: ['Approve_Payment', { processId: 'Refund', elementId: 'Book_Refund' }],
  })
  const payment = await readElementUnit(store, 'company', { processId: 'Payment' })
  const state = {
    tasks: { 1: { task_spec: Object.keys(JSON.parse(start.specs.Order.text).task_specs)[0] } },
    subprocesses: {},
  }

  const facts = {
    version,
    ofBytes,
    manifest,
    objects: await Promise.all(objects.map(async ({ hash, bytes }) => [hash, await sha256(bytes)])),
    report,
    stored: await contentOf(store),
    start: { ...start, specs: Object.keys(start.specs), json: unitJson(start) },
    resume: { ...resume, specs: Object.keys(resume.specs), json: unitJson(resume) },
    merged: unitJson(mergeUnits(start, payment)),
    element: await workflowFromCachedElementUnit(store, 'company', 'Order', 'Approve_Payment'),
    toLoad: specsToLoad(state, start),
    described: describeProcess(start, 'Order'),
    run: await unitRun(specs),
    errors: await coreErrors(),
    unknown: await refusalOfPromise(readElementUnit(store, 'company', { processId: 'Nobody' })),
  }

  const before = cores.count()
  cores.trapOnce()
  const trapped = refusalOf(() => decompose(specs))
  const idle = cores.count()
  const after = decompose(specs)
  return JSON.stringify({
    ...facts,
    trap: {
      code: trapped.code,
      operation: trapped.fields?.operation,
      cause: trapped.cause?.name,
      cores: [before, idle, cores.count()],
      sameVersion: after.version === version,
      sameObjects: after.objects.every(({ hash }, index) => hash === objects[index].hash),
    },
  })
}

/** Sees every instance of the core that the package makes, and can have the next call of one end in a real trap. */
function watchCores() {
  const { Instance } = WebAssembly
  let count = 0
  let armed = false
  WebAssembly.Instance = function (module, imports) {
    const { exports } = new Instance(module, imports)
    count++
    const decompose = (...numbers) => {
      if (!armed) return exports.decompose(...numbers)
      armed = false
      return exports.trap()
    }
    return { exports: { ...exports, decompose } }
  }
  return { count: () => count, trapOnce: () => void (armed = true) }
}

async function contentOf(store) {
  const keys = []
  for await (const key of store.keys()) keys.push(key)
  keys.sort()
  return Promise.all(keys.map(async (key) => [key, await sha256(await store.get(key))]))
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function refusalOf(work) {
  try {
    work()
  } catch (error) {
    return withoutStack(errorToData(error))
  }
  return { name: 'nothing was thrown' }
}

function refusalOfPromise(promise) {
  return promise.then(
    () => ({ name: 'nothing was thrown' }),
    (error) => withoutStack(errorToData(error)),
  )
}

/** Stacks differ between runtimes; all else must not. */
function withoutStack(data) {
  const { cause, ...rest } = data
  delete rest.stack
  return cause === undefined ? rest : { ...rest, cause: withoutStack(cause) }
}
