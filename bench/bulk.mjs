// node bench/bulk.mjs: what caching 10,000 processes to files costs, beside plainly writing the same objects as durably;
// what a text costs in memory that is handed in whole or as a stream; several workflows that share objects.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { cacheElementUnitsForWorkflow, cacheWorkflows, createMemoryStore } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { generateWorkflow } from './workflows/generate-workflow.mjs'

const quick = process.argv.includes('--quick')
const processes = quick ? 1000 : 10_000
const ROUNDS = 5
/** As many as the store writes at once. */
const AT_ONCE = 16

console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
const folder = mkdtempSync(join(tmpdir(), 'unitflow-bulk-'))
try {
  const text = generateWorkflow({ processes, shape: 'real', pretty: true })
  await compareWrites(text)
  compareMemory(text)
  await compareSharing()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function compareWrites(text) {
  const memory = createMemoryStore()
  const { bytes } = await cacheElementUnitsForWorkflow(memory, 'k', text)
  const entries = []
  for await (const key of memory.keys()) entries.push([key, await memory.get(key)])
  const works = {
    plain: (root) => writePlainly(root, entries),
    'cacheElementUnitsForWorkflow to files': (root) =>
      cacheElementUnitsForWorkflow(createFilesystemStore({ root }), 'k', text),
    'setMany of the same values': (root) => createFilesystemStore({ root }).setMany(entries),
    'cacheElementUnitsForWorkflow to memory': () =>
      cacheElementUnitsForWorkflow(createMemoryStore(), 'k', text),
  }
  const times = await inTurns(works)
  const table = new Table({
    head: [`${processes} processes, ${text.length} bytes`, 'median, ms', 'plain / it', 'wanted'],
  })
  for (const [name, taken] of Object.entries(times)) {
    // By turns, since what else the machine does slows both of a turn down.
    const ratio = median(taken.map((time, turn) => times.plain[turn] / time)).toFixed(2)
    const label = name === 'plain' ? `plain: ${entries.length} files, ${bytes.written} bytes, flushed` : name
    table.push([label, median(taken).toFixed(0), ratio, name.endsWith('files') ? '>= 0.60' : ''])
  }
  console.log(table.toString())
}

/** What a program would do by hand: temporary name, flush, move in place; in the end each folder is flushed once. */
async function writePlainly(root, entries) {
  const folders = new Set(entries.map(([key]) => dirname(join(root, key))))
  for (const path of folders) await mkdir(path, { recursive: true })
  const queue = entries.values()
  const lane = async () => {
    for (const [key, value] of queue) {
      const path = join(root, key)
      const temporary = `${path}~plain`
      const file = await open(temporary, 'wx')
      await file.writeFile(value)
      await file.sync()
      await file.close()
      await rename(temporary, path)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  for (const path of folders) {
    for (let at = path; at.length >= folder.length; at = dirname(at)) folders.add(at)
  }
  for (const path of folders) await flush(path)
}

async function flush(path) {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}

/** Peaks of a process of its own for each way to hand a text in. */
function compareMemory(text) {
  const file = join(folder, 'specs.json')
  writeFileSync(file, text)
  const table = new Table({
    head: [
      'one decomposition',
      'ms',
      'Wasm memory / input',
      'process, peak / input',
      'of it beside the input',
    ],
  })
  for (const way of ['stream', 'bytes', 'string']) {
    const child = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('bulk/peak-memory.mjs', import.meta.url)), way, file],
      { encoding: 'utf8' },
    )
    if (child.status !== 0) throw new Error(`${way}: ${child.stderr}`)
    const { ms, wasm, peak, input } = JSON.parse(child.stdout)
    // What a stream leaves behind is its chunks; the others hold the whole text.
    const beside = peak - (way === 'stream' ? 0 : input)
    table.push([way, ms.toFixed(0), ...[wasm, peak, beside].map((bytes) => (bytes / input).toFixed(2))])
  }
  console.log(table.toString())
}

/** Versions of one workflow, one after the other and together. */
async function compareSharing() {
  const text = generateWorkflow({ processes: 37, shape: 'real', pretty: true })
  const versions = Array.from({ length: 20 }, (_, index) =>
    text.replace(/"documentation": ?null/, `"documentation": "version ${index}"`),
  )
  let written = 0
  const times = await inTurns({
    'one after the other': async (root) => {
      const store = createFilesystemStore({ root })
      for (const [index, specs] of versions.entries()) {
        await cacheElementUnitsForWorkflow(store, `k${index}`, specs)
      }
    },
    'cacheWorkflows, 4 at once': async (root) => {
      const all = versions.map((specs, index) => ({ cacheKey: `k${index}`, specs }))
      const { cached } = await cacheWorkflows(createFilesystemStore({ root }), all)
      written = cached.reduce((sum, report) => sum + report.written.length, 0)
    },
  })
  const table = new Table({
    head: [`${versions.length} versions of 37 processes to files, ${written} objects`, 'ms'],
  })
  for (const [name, taken] of Object.entries(times)) table.push([name, median(taken).toFixed(0)])
  console.log(table.toString())
}

/** The times of each work, in ms; turn by turn, so that a moment in which the machine is busy counts for all. */
async function inTurns(works) {
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(works)) {
      const root = mkdtempSync(join(folder, 'root-'))
      const start = performance.now()
      await work(join(root, 'store'))
      times[name].push(performance.now() - start)
      rmSync(root, { recursive: true, force: true })
    }
  }
  return times
}

function median(times) {
  return [...times].sort((a, b) => a - b)[times.length >> 1]
}
