// Measures one workload in a process of its own and prints one JSON object.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coreLimits } from './core-limits.mjs'
import { anotherCore, memories } from './seen-cores.mjs'
import { generateWorkflow } from './workflows/generate-workflow.mjs'

const { cacheElementUnitsForWorkflow, createMemoryStore, decompose, readElementUnit, unitJson } =
  await import('unitflow')
const { createFilesystemStore } = await import('unitflow/stores/filesystem')

const { processes, shape, pretty, python } = JSON.parse(process.argv[2])
const text = generateWorkflow({ processes, shape, pretty })
const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
try {
  console.log(JSON.stringify(await measure()))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure() {
  // One call in a fresh process, before anything else has used memory.
  const before = process.resourceUsage().maxRSS
  const { objects, manifest } = decompose(text)
  const wasmPeak = Math.max(...memories.map((memory) => memory.buffer.byteLength))
  const decomposeRss = process.resourceUsage().maxRSS - before

  const times = {}
  const time = async (name, work) => (times[name] = await median(work))
  // Turn by turn, so that a moment in which the machine is busy with something else counts for both.
  const { hashed, limits } = limitsOfCore(objects)
  const [json, ours, ...others] = await medians([
    () => JSON.stringify(JSON.parse(text)),
    () => decompose(text),
    ...limits,
  ])
  times['JSON.parse + JSON.stringify'] = json
  times['decompose'] = ours

  // Without JSON.parse in between, whose garbage has the runtime take large memory away from the core.
  await time('decompose, call after call', () => decompose(text))

  const memory = createMemoryStore()
  await time('cache to memory', () => cacheElementUnitsForWorkflow(createMemoryStore(), 'k', text))
  await cacheElementUnitsForWorkflow(memory, 'k', text)
  await time('cache again unchanged, memory', () => cacheElementUnitsForWorkflow(memory, 'k', text))
  let edit = 0
  await time('cache after one edit, memory', () =>
    cacheElementUnitsForWorkflow(memory, 'k', edited(text, edit++)),
  )
  await cacheElementUnitsForWorkflow(memory, 'k', text)

  let run = 0
  const files = createFilesystemStore({ root: join(folder, 'files') })
  await time('cache to files', () => {
    const store = createFilesystemStore({ root: join(folder, `run-${run++}`) })
    return cacheElementUnitsForWorkflow(store, 'k', text)
  })
  const report = await cacheElementUnitsForWorkflow(files, 'k', text)
  await time('cache again unchanged, files', () => cacheElementUnitsForWorkflow(files, 'k', text))

  const units = [...manifest.objects].sort((a, b) => a.bytes - b.bytes)
  const largest = units.at(-1).processes[0]
  const middle = units[units.length >> 1].processes[0]
  const reads = {
    'read and write out the largest unit': { processId: largest },
    'read and write out the median unit': { processId: middle },
    'read a start unit': { processId: manifest.top },
    'read a resume unit': { processId: manifest.top, elements: [reachable(manifest)] },
  }
  for (const [name, request] of Object.entries(reads)) {
    const read = async (store) => unitJson(await readElementUnit(store, 'k', request))
    await time(`${name}, memory`, () => read(memory))
    await time(`${name}, files`, () => read(files))
  }

  const minified = Buffer.byteLength(JSON.stringify(JSON.parse(text)))
  const stored = objects.reduce((sum, { bytes }) => sum + bytes.length, 0)
  return {
    times,
    limits: Object.fromEntries(limits.map(({ name }, at) => [name, others[at]])),
    hashed,
    input: Buffer.byteLength(text),
    minified,
    objects: objects.length,
    objectBytes: stored,
    manifestBytes: report.bytes.manifest,
    idBytes: idsOf(manifest).reduce((sum, id) => sum + Buffer.byteLength(id), 0),
    processCount: manifest.processes.length,
    wasmPeak,
    decomposeRss: decomposeRss * 1024,
    python: python === undefined ? undefined : measurePython(python, manifest.top, largest),
  }
}

/** What the hardware and the runtime allow. */
function limitsOfCore(objects) {
  return coreLimits(anotherCore(), text, objects)
}

/** An element of some called process, as deep as the first path leads. */
function reachable(manifest) {
  const byId = new Map(manifest.processes.map((process) => [process.id, process]))
  let process = byId.get(manifest.top)
  for (let depth = 0; depth < 5; depth++) {
    const next = [...Object.keys(process.calls), ...process.embeds].find(
      (id) => byId.has(id) && id !== process.id,
    )
    if (next === undefined) break
    process = byId.get(next)
  }
  return { processId: process.id, elementId: process.id }
}

/** The same workflow with another script or name in one task. */
function edited(text, edit) {
  return text.replace(/"documentation": ?null/, `"documentation": "edit ${edit}"`)
}

/** The ids of a workflow, each once where it belongs: processes, elements, and what calls and embeds what. */
function idsOf({ processes, elements }) {
  return [
    ...processes.flatMap(({ id, calls, embeds }) => [
      id,
      ...embeds,
      ...Object.keys(calls),
      ...Object.values(calls).flat(),
    ]),
    ...Object.keys(elements),
  ]
}

async function median(work) {
  const [time] = await medians([work])
  return time
}

/** The medians of as many runs as some 0.7 s each allow, 3 to 300, after a warm-up where that is short. In ms. */
async function medians(works) {
  const rounds = []
  const round = async () => {
    const taken = []
    for (const each of works) {
      const { prepare, work } = typeof each === 'function' ? { work: each } : each
      const prepared = prepare?.()
      const start = performance.now()
      await work(prepared)
      taken.push(performance.now() - start)
    }
    return taken
  }
  const longest = (taken) => Math.max(...taken)
  const first = await round()
  for (let spent = longest(first), i = 0; i < 60 && spent < 500; i++) spent += longest(await round())
  if (longest(first) > 500) rounds.push(first)
  for (let total = 0; rounds.length < 3 || (rounds.length < 300 && total < 700);) {
    rounds.push(await round())
    total += longest(rounds.at(-1))
  }
  return works.map((_, at) => {
    const times = rounds.map((taken) => taken[at]).sort((a, b) => a - b)
    return times[times.length >> 1]
  })
}

function measurePython(python, top) {
  const specs = join(folder, 'specs.json')
  writeFileSync(specs, text)
  const script = fileURLToPath(new URL('python/measure.py', import.meta.url))
  const { stdout, status, stderr } = spawnSync(python, [script, specs, join(folder, 'python'), top], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0) throw new Error(`the Python package failed: ${stderr}`)
  return JSON.parse(stdout)
}
