// Measures one attack in a process of its own and prints one JSON object.
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  compareManifests,
  createMemoryStore,
  decompose,
  describeProcess,
  mergeUnits,
  readElementUnit,
  readManifest,
  specsToLoad,
  unitJson,
} from 'unitflow'
import { ATTACKS } from './attack-inputs.mjs'

const { attack, sizes } = JSON.parse(process.argv[2])
const TRIES = 3
const edited =
  '{"name":"P0","typename":"p","task_specs":{},"data_objects":{},"correlation_keys":{},"io_specification":null}'

const bytes = []
const times = {}
for (const n of [Math.ceil(sizes[0] / 4), ...sizes]) {
  const text = ATTACKS[attack](n)
  const measured = await measure(text)
  // The first is for the compiler.
  if (n < sizes[0]) continue
  bytes.push(Buffer.byteLength(text))
  for (const [operation, ms] of Object.entries(measured)) (times[operation] ??= []).push(ms)
}
console.log(JSON.stringify({ bytes, times }))

/** Times of the processor, which what else the machine does changes less than those of a clock. */
async function measure(text) {
  const took = {}
  const time = async (operation, work) => {
    let least = Infinity
    let result
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const before = process.threadCpuUsage()
      result = await work()
      const { user, system } = process.threadCpuUsage(before)
      least = Math.min(least, (user + system) / 1000)
      // What takes long needs no second look.
      if (least > 200) break
    }
    took[operation] = least
    return result
  }
  await time('decompose', () => decompose(text))
  const { manifest } = await time('decompose, with its manifest', () => {
    const decomposition = decompose(text)
    return { manifest: decomposition.manifest }
  })
  const cached = await time('cache', async () => {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', text)
    return store
  })
  // A store object of its own each time: it remembers nothing.
  const afresh = () => ({ ...cached })
  const read = (elements) => readElementUnit(afresh(), 'k', { processId: 'P0', elements })
  const unit = await time('read one unit', () => read([]))
  await time('read all', () => readManifest(afresh(), 'k'))
  const last = Object.keys(manifest.elements).at(-1)
  const resumed = await time('read where an element is', () => read([last]).catch(refusedAsUnknown))
  await time('write out', () => unitJson(unit))
  await time('describe', () => describeProcess(unit, 'P0'))
  await time('merge', () => mergeUnits(unit, unit, ...(resumed === undefined ? [] : [resumed])))
  const other = decompose(text.replace('"typename"', '"typename":"q","typename"')).manifest
  await time('compare', () => compareManifests(manifest, other))
  await time('specs to load', () => specsToLoad(stateOf(unit), unit))
  await time('replace one process', async () => {
    const store = createMemoryStore()
    for await (const key of cached.keys()) await store.set(key, await cached.get(key))
    return cacheProcess(store, 'k', edited)
  })
  return took
}

/** A run that is at every element that its process has. */
function stateOf(unit) {
  const names = Object.keys(JSON.parse(unit.specs['P0'].text).task_specs)
  const tasks = Object.fromEntries(names.map((name, at) => [`id${at}`, { task_spec: name }]))
  return { tasks, subprocesses: {} }
}

function refusedAsUnknown(error) {
  if (error.code !== 'unknown-element') throw error
}
