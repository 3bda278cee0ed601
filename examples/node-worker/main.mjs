// Caches every workflow file (*.json) of a folder and of the folders in it. The cache key is the path in the folder,
// without .json. Ends with 0; 1 where a file could not be cached; 2 where nothing could begin; 130 after Ctrl-C.
import cliProgress from 'cli-progress'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cacheInThreads } from './pool.mjs'

const USAGE = 'usage: node main.mjs <folder> [--store <folder>] [--threads <number>] [--compare]'

/**
 * @typedef {import('./pool.mjs').WorkflowFile} WorkflowFile
 * @typedef {{ threads: number, store: string }} Options store: folder of the cache
 */

const stopping = new AbortController()
// Once: a second Ctrl-C finds no listener, and ends the program.
process.once('SIGINT', () => {
  console.error('stopping; Ctrl-C again ends at once')
  stopping.abort()
})

process.exitCode = await main()

async function main() {
  let options, files, core
  try {
    options = readOptions()
    files = await workflowFiles(options.folder)
    core = await WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve('unitflow/core.wasm'))))
  } catch (error) {
    console.error(printable(error.message))
    return 2
  }
  if (files.length === 0) {
    console.log(printable(`there is no .json file in ${options.folder}`))
    return 0
  }
  const result = options.compare ? await compare(files, core, options) : await run(files, core, options)
  for (const line of result.failed) console.error(printable(line))
  if (result.failed.length > 0)
    console.error(`${result.failed.length} of ${files.length} could not be cached`)
  if (stopping.signal.aborted) {
    console.error('stopped: what is cached stays, and caching it again writes nothing')
    return 130
  }
  return result.failed.length > 0 ? 1 : 0
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      store: { type: 'string', default: '.unitflow' },
      threads: { type: 'string', default: String(availableParallelism()) },
      compare: { type: 'boolean', default: false },
    },
  })
  const threads = Number(values.threads)
  if (positionals.length !== 1) throw new Error(USAGE)
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`--threads takes a whole number from 1\n${USAGE}`)
  return { folder: positionals[0], store: resolve(values.store), threads, compare: values.compare }
}

/**
 * @param {string} folder
 * @returns {Promise<WorkflowFile[]>}
 */
async function workflowFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.name.endsWith('.json') && (entry.isFile() || entry.isSymbolicLink()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      path,
      cacheKey: relative(folder, path).replaceAll(sep, '/').slice(0, -'.json'.length),
    }))
}

/**
 * Caches the files, shows how far it is, and says at the end how long it took.
 *
 * @param {readonly WorkflowFile[]} files
 * @param {WebAssembly.Module} core
 * @param {Options} options
 * @returns {Promise<{ failed: string[], seconds: number }>} a line for each file that could not be cached
 */
async function run(files, core, { threads, store }) {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {value} of {total}',
    clearOnComplete: true,
    // Ctrl-C is ours.
    gracefulExit: false,
  })
  /** @type {string[]} */
  const failed = []
  let cached = 0
  let bytes = 0
  let written = 0
  const start = performance.now()
  bar.start(files.length, 0)
  /** @type {import('./pool.mjs').OnOutcome} */
  const onOutcome = ({ path }, outcome) => {
    if (outcome.type === 'stopped') return
    bar.increment()
    if (outcome.type === 'failed') {
      failed.push(failureLine(path, outcome.error))
    } else {
      cached++
      bytes += outcome.bytes
      written += outcome.written
    }
  }
  await cacheInThreads(files, { threads, core, store, signal: stopping.signal, onOutcome })
  bar.stop()
  const seconds = (performance.now() - start) / 1000
  const megabytes = bytes / 1e6
  const used = Math.min(threads, files.length)
  console.log(
    `${used} ${used === 1 ? 'thread' : 'threads'}: ${cached} of ${files.length} workflows, ${written} units written, ` +
      `${megabytes.toFixed(1)} MB in ${seconds.toFixed(2)} s, ${(megabytes / seconds).toFixed(1)} MB/s`,
  )
  return { failed: failed.sort(), seconds }
}

/**
 * The same with one thread and with all, each into an empty cache that is removed after it. It stands beside the store,
 * because it is the disk that decides.
 *
 * @param {readonly WorkflowFile[]} files
 * @param {WebAssembly.Module} core
 * @param {Options} options
 */
async function compare(files, core, { threads, store }) {
  // The system has the files in memory then, for both alike.
  for (const { path } of files) await readFile(path).catch(() => undefined)
  await mkdir(dirname(store), { recursive: true })
  const empty = await mkdtemp(`${store}-compare-`)
  try {
    const one = await run(files, core, { threads: 1, store: join(empty, 'one') })
    if (stopping.signal.aborted) return one
    const all = await run(files, core, { threads, store: join(empty, 'all') })
    if (!stopping.signal.aborted)
      console.log(`${(one.seconds / all.seconds).toFixed(1)} times as fast as one thread`)
    return all
  } finally {
    await rm(empty, { recursive: true })
  }
}

/**
 * `file:line:column: code at pointer: message`, as far as there is each.
 *
 * @param {string} path
 * @param {import('unitflow').ErrorData} error
 */
function failureLine(path, { code, fields = {}, message }) {
  const place = fields.line === undefined ? '' : `:${fields.line}:${fields.column}`
  const pointer = fields.pointer ? ` at ${fields.pointer.slice(0, 200)}` : ''
  const what = fields.found === undefined ? message : `expected ${fields.expected}, found ${fields.found}`
  return `${path}${place}: ${code ?? 'error'}${pointer}: ${what}`
}

/**
 * Names of files are data, and a terminal obeys control characters.
 *
 * @param {string} text
 */
function printable(text) {
  return text.replace(/[^\P{C}\n]/gu, (character) => `\\u{${character.codePointAt(0).toString(16)}}`)
}
