// node bench/long-life.mjs: 10,000 workflows of all sizes taken apart, cached and read by one program. Prints what it holds as
// it goes on, and fails where that grows. `--rounds 10000`, of which a tenth makes it warm.
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memories } from './seen-cores.mjs'
import { generateWorkflow } from './workflows/generate-workflow.mjs'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10000' } } })
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1000)
  throw new RangeError('--rounds: a whole number from 1,000 expected')
const KIB = 1024
/** What the heap may have more at the end than when all was warm. */
const HEAP_TOLERANCE = 2 * KIB * KIB

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  describeProcess,
  readElementUnit,
  removeWorkflow,
  unitJson,
} = await import('unitflow')

const store = createMemoryStore()
const KEYS = 50
const texts = Array.from({ length: 40 }, (_, at) =>
  generateWorkflow({ processes: 1 + (at % 8) ** 2, seed: at, pretty: at % 3 === 0, dialect: 'abc'[at % 3] }),
)

let warm
console.log('workflows   Wasm memory   instances   heap held   resources')
// Printing opens one itself, where the output is a pipe.
const resourcesBefore = process.getActiveResourcesInfo()
for (let round = 1; round <= rounds; round++) {
  await use(texts[round % texts.length], `k${round % KEYS}`)
  if (round % Math.max(Math.floor(rounds / 10), 1) > 0) continue
  const held = await look(round)
  warm ??= held
}
const last = await look(rounds)
const problems = []
if (last.wasm !== warm.wasm)
  problems.push(`the memory of the core went from ${warm.wasm} to ${last.wasm} bytes`)
if (last.heap - warm.heap > HEAP_TOLERANCE) problems.push(`the heap grew by ${last.heap - warm.heap} bytes`)
if (last.resources > resourcesBefore.length)
  problems.push(`left open: ${process.getActiveResourcesInfo().join(', ')}`)
console.log(problems.length === 0 ? 'nothing has grown' : problems.join('\n'))
process.exitCode = problems.length === 0 ? 0 : 1

async function use(text, key) {
  decompose(text)
  const { top } = await cacheElementUnitsForWorkflow(store, key, text)
  const unit = await readElementUnit(store, key, { processId: top })
  describeProcess(unit, top)
  unitJson(unit)
  if (key.endsWith('7')) await removeWorkflow(store, key)
}

async function look(round) {
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate()
    collectGarbage()
  }
  const wasm = memories.at(-1).buffer.byteLength
  const heap = process.memoryUsage().heapUsed
  const resources = process.getActiveResourcesInfo().length
  const cells = [round, `${wasm / KIB} KiB`, memories.length, `${Math.round(heap / KIB)} KiB`, resources]
  console.log(cells.map((cell, at) => String(cell).padStart([9, 14, 12, 12, 12][at])).join(''))
  return { wasm, heap, resources }
}
