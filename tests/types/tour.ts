// TOUR's page on units as code that compiles, and each wrong use as code that does not. It is never run: `tsc` is the
// test, here over the sources and in tests/packaging over the installed package.
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  cacheWorkflows,
  compareManifests,
  createMemoryStore,
  decompose,
  decomposeStream,
  describeProcess,
  errorFromData,
  errorToData,
  isUnitflowError,
  mergeUnits,
  prune,
  readElementUnit,
  readManifest,
  removeProcess,
  specsToLoad,
  stampUnit,
  UnitflowError,
  unitJson,
  VERSION,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type {
  ActiveElement,
  CachedWorkflows,
  CacheProgress,
  CacheReport,
  CacheStore,
  Decomposition,
  ElementUnit,
  FailedWorkflow,
  ReportedProcess,
} from 'unitflow'
import * as reading from 'unitflow/read'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { createMemoryStore as createOtherMemoryStore } from 'unitflow/stores/memory'
import { cacheStoreSuite, failingStore } from 'unitflow/testing'

declare const specsJson: string
declare const paymentSpecJson: string
declare const file: AsyncIterable<Uint8Array>
declare const lines: AsyncIterable<string>
declare const engine: {
  done(state: unknown): boolean
  advance(unit: string, state: unknown): Promise<unknown>
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

export async function tour(): Promise<void> {
  const store = createFilesystemStore({ root: '.unitflow' })
  const report = await cacheElementUnitsForWorkflow(store, 'orders', specsJson)
  isExactly<CacheReport>()(report)
  isExactly<readonly string[]>()(report.written)
  isExactly<ReportedProcess | undefined>()(report.processes[0])
  isExactly<readonly string[] | undefined>()(report.processes[0]?.calls)
  isExactly<number | undefined>()(report.processes[0]?.bytes)
  await cacheProcess(store, 'orders', paymentSpecJson)

  const start = await readElementUnit(store, 'orders', { processId: 'Order' })
  isExactly<ElementUnit>()(start)
  isExactly<readonly string[]>()(start.lazy)
  const later = await readElementUnit(store, 'orders', {
    processId: 'Order',
    elements: ['Approve_Payment', { processId: 'Shipping', elementId: 'Pack' }],
  })
  isExactly<string | undefined>()(later.specs['Order']?.hash)

  let state: unknown = {}
  let unit = start
  for (;;) {
    const wanted = specsToLoad(state, unit)
    if (wanted.length > 0) {
      const units = await Promise.all(
        wanted.map((processId) => readElementUnit(store, 'orders', { processId })),
      )
      unit = mergeUnits(unit, ...units)
      continue
    }
    if (engine.done(state)) break
    state = await engine.advance(unitJson(unit), state)
  }
}

export async function rightUse(store: CacheStore): Promise<void> {
  const controller = new AbortController()
  const progress: CacheProgress['type'][] = []
  // Without a key the version is the key; bytes are taken as they are.
  await cacheElementUnitsForWorkflow(store, undefined, new TextEncoder().encode(specsJson), {
    layout: 'v1',
    limits: { bytes: 1024, depth: 10 },
    signal: controller.signal,
    onProgress: (event) => {
      progress.push(event.type)
      if (event.type === 'cached') isExactly<string>()(event.version)
      if (event.type === 'stored') isExactly<number>()(event.done)
    },
  })
  isExactly<string>()(
    await workflowFromCachedElementUnit(store, 'k', 'P', 'E', { layout: 'v1', stamp: false }),
  )
  isExactly<CacheReport>()(await removeProcess(store, 'k', 'P'))

  // A stream is one of the web, or whatever gives bytes one after the other; several workflows may be of different kinds.
  const response = await fetch('/specs.json')
  if (response.body !== null) await cacheElementUnitsForWorkflow(store, 'orders', response.body)
  isExactly<Decomposition>()(
    await decomposeStream(file, {
      limits: { bytes: 1024 },
      signal: controller.signal,
    }),
  )
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(specsJson)
  }
  const all = await cacheWorkflows(
    store,
    [
      { cacheKey: 'orders', specs: specsJson },
      { cacheKey: undefined, specs: chunks() },
      { specs: () => file },
      { specs: async () => new Blob([specsJson]).stream() },
    ],
    { concurrency: 2, onProgress: (event) => isExactly<number>()(event.workflow) },
  )
  isExactly<CachedWorkflows>()(all)
  isExactly<CacheReport | undefined>()(all.cached[0])
  isExactly<FailedWorkflow | undefined>()(all.failed[0])

  const { version, manifest, objects } = decompose(specsJson, { limits: { processes: 1 } })
  isExactly<string>()(version)
  isExactly<Uint8Array<ArrayBuffer> | undefined>()(objects[0]?.bytes)
  const diff = compareManifests(manifest, await readManifest(store, 'k'))
  isExactly<readonly string[]>()(diff.changed)
  await prune(store, { grace: 0, dryRun: true, now: () => 0 })
  isExactly<number>()((await verifyStore(store)).objects)

  const unit = await reading.readElementUnit(createOtherMemoryStore(), 'k', { processId: 'P' })
  const element = describeProcess(unit, 'P').elements[0]
  if (element?.type === 'boundary-event') isExactly<boolean | undefined>()(element.interrupting)
  isExactly<string>()(VERSION)

  try {
    await store.close()
  } catch (error) {
    if (isUnitflowError(error, 'store-failed')) isExactly<string>()(error.fields.operation)
    // A test of `code` tells the fields.
    else if (isUnitflowError(error) && error.code === 'not-json') isExactly<number>()(error.fields.line)
    isExactly<Error>()(errorFromData(errorToData(error)))
  }
  const failing = failingStore(createMemoryStore(), { fail: () => undefined })
  cacheStoreSuite({
    name: 'mine',
    create: async () => ({ store: failing }),
    test: () => undefined,
    without: ['reopen'],
  })
}

export async function wrongUse(store: CacheStore, unit: ElementUnit): Promise<void> {
  // @ts-expect-error: the store comes first
  await cacheElementUnitsForWorkflow('orders', store, specsJson)
  // @ts-expect-error: a cache key is a string, or left open
  await cacheElementUnitsForWorkflow(store, 7, specsJson)
  // @ts-expect-error: null is not 'left open'
  await cacheElementUnitsForWorkflow(store, null, specsJson)
  // @ts-expect-error: specs are text or bytes, not what they parse to
  await cacheElementUnitsForWorkflow(store, 'orders', JSON.parse(specsJson) as object)
  // @ts-expect-error: specs are not a number
  await cacheElementUnitsForWorkflow(store, 'orders', 7)
  // @ts-expect-error: specs are missing
  await cacheElementUnitsForWorkflow(store, 'orders')
  // @ts-expect-error: there are two layouts
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { layout: 'v3' })
  // @ts-expect-error: no such option
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { compress: true })
  // @ts-expect-error: no such limit
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { limits: { size: 1 } })
  // @ts-expect-error: limits are numbers
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { limits: { bytes: '256 MiB' } })
  // @ts-expect-error: a signal is an AbortSignal, not its controller
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { signal: new AbortController() })
  // @ts-expect-error: an option that is left out is not given as undefined
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { signal: undefined })
  // @ts-expect-error: only 'cached' tells the version
  await cacheElementUnitsForWorkflow(store, 'orders', specsJson, { onProgress: (event) => event.version })
  // @ts-expect-error: chunks are bytes, not text
  await cacheElementUnitsForWorkflow(store, 'orders', lines)
  // @ts-expect-error: a stream cannot be taken apart at once
  decompose(new Blob().stream())
  // @ts-expect-error: a promise of specs is to be awaited
  await cacheElementUnitsForWorkflow(store, 'orders', Promise.resolve(specsJson))
  // @ts-expect-error: a text is no stream
  await decomposeStream(specsJson)
  // @ts-expect-error: specs are missing
  await cacheWorkflows(store, [{ cacheKey: 'orders' }])
  // @ts-expect-error: several workflows are a list, not a record
  await cacheWorkflows(store, { orders: specsJson })
  // @ts-expect-error: progress of several is told with which one it is of
  await cacheWorkflows(store, [], { onProgress: (event) => event.cacheKey })
  // @ts-expect-error: one process goes under a key that exists
  await cacheProcess(store, undefined, paymentSpecJson)
  // @ts-expect-error: removing takes a process id
  await removeProcess(store, 'orders')

  // @ts-expect-error: what is asked for is an object
  await readElementUnit(store, 'orders', 'Order')
  // @ts-expect-error: a process must be named
  await readElementUnit(store, 'orders', { elements: ['Approve_Payment'] })
  // @ts-expect-error: elements are a list
  await readElementUnit(store, 'orders', { processId: 'Order', elements: 'Approve_Payment' })
  // @ts-expect-error: an element is an id, not a number
  await readElementUnit(store, 'orders', { processId: 'Order', elements: [7] })
  // @ts-expect-error: an element of a process names it as elementId
  const misnamed: ActiveElement = { processId: 'Shipping', id: 'Pack' }
  // @ts-expect-error: an element of a process names the process
  const half: ActiveElement = { elementId: 'Pack' }
  // @ts-expect-error: no such option of reading
  await readElementUnit(store, 'orders', { processId: 'Order' }, { layout: 'v1' })
  // @ts-expect-error: reading is asynchronous
  const notAwaited: ElementUnit = readElementUnit(store, 'orders', { processId: 'Order' })
  // @ts-expect-error: so is caching
  const written: readonly string[] = cacheElementUnitsForWorkflow(store, 'orders', specsJson).written
  // @ts-expect-error: the text of a unit is no unit
  specsToLoad({}, unitJson(unit))
  // @ts-expect-error: a state and a unit are needed
  specsToLoad({})
  // @ts-expect-error: merging begins with a unit
  mergeUnits()
  // @ts-expect-error: units are merged one by one, not as a list
  mergeUnits(unit, [unit])
  // @ts-expect-error: it gives text, not an object
  const parsed: object = unitJson(unit)
  // @ts-expect-error: a stamp is text, or false
  unitJson(stampUnit(unit, true))
  // @ts-expect-error: an element that may not be there
  const first: string = unit.included[0]
  // @ts-expect-error: a spec that may not be there
  const text: string = unit.specs['Order'].text
  // @ts-expect-error: a process must be named
  describeProcess(unit)
  // @ts-expect-error: no such type of element
  if (describeProcess(unit, 'Order').elements[0]?.type === 'boundaryEvent') return

  // @ts-expect-error: a unit does not change
  unit.lazy = []
  // @ts-expect-error: nor do its lists
  unit.lazy.push('Payment')
  // @ts-expect-error: nor its specs
  delete unit.specs['Order']
  const report = await cacheElementUnitsForWorkflow(store, 'orders', specsJson)
  // @ts-expect-error: a report does not change
  report.version = ''
  // @ts-expect-error: nor do the processes in it
  report.processes.sort()
  // @ts-expect-error: nor the manifest of a decomposition
  decompose(specsJson).manifest.elements['Pack'] = []

  // @ts-expect-error: decomposing is synchronous and takes no store
  decompose(store, specsJson)
  // @ts-expect-error: nor does it take a number
  decompose(7)
  // @ts-expect-error: it has limits only
  decompose(specsJson, { layout: 'v1' })
  // @ts-expect-error: manifests are compared, not cache keys
  compareManifests('orders', 'orders-2')
  // @ts-expect-error: grace is milliseconds
  await prune(store, { grace: '24h' })

  // @ts-expect-error: a root must be named
  createFilesystemStore({})
  // @ts-expect-error: options are an object
  createFilesystemStore('.unitflow')
  // @ts-expect-error: a memory store takes none
  createMemoryStore({ root: '.unitflow' })
  // @ts-expect-error: values are bytes
  await store.set('orders', specsJson)
  // @ts-expect-error: keys are strings
  await store.get(7)
  // @ts-expect-error: a miss is undefined
  const value: Uint8Array = await store.get('orders')
  // @ts-expect-error: a part of a store is no store
  const half2: CacheStore = { get: async () => undefined, set: async () => undefined }
  // @ts-expect-error: a store that cannot tell leaves replace out
  await store.replace('orders', undefined, new Uint8Array())

  // @ts-expect-error: no such code
  isUnitflowError(new Error(), 'no-such-code')
  // @ts-expect-error: fields belong to their code
  new UnitflowError('unknown-process', 'message', { cacheKey: 'orders' })
  const error = new UnitflowError('unknown-process', 'message', { cacheKey: 'orders', processId: 'Order' })
  // @ts-expect-error: fields of another code
  error.fields.pointer.trim()
  // @ts-expect-error: a code does not change
  error.code = 'not-json'
  // @ts-expect-error: the reading entry takes nothing apart
  reading.decompose(specsJson)
  // @ts-expect-error: nor does it cache
  await reading.cacheElementUnitsForWorkflow(store, 'orders', specsJson)
  // @ts-expect-error: a suite needs stores
  cacheStoreSuite({ name: 'mine', test: () => undefined })

  unused(misnamed, half, notAwaited, written, parsed, first, text, value, half2)
}

function unused(...values: readonly unknown[]): number {
  return values.length
}
