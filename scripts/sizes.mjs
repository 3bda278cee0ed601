import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { COMMAND, CORE, ENTRIES, outputOf } from './entries.mjs'

/** Bytes of gzip that these may cost; over one, the check fails. */
export const BUDGETS = {
  'core.wasm with its glue': 90 * 1024,
  unitflow: 128 * 1024,
  'unitflow/slim in a worker that caches and reads': 15 * 1024,
  'unitflow/read in an edge function': 10 * 1024,
  'the same with the Workers KV store': 12 * 1024,
}

/** What a worker of an editor takes of the slim entry; the rest draws, compares, and looks after a store. */
const CACHING =
  'export { init, decompose, cacheElementUnitsForWorkflow, cacheProcess, readElementUnit, unitJson, mergeUnits, ' +
  "specsToLoad } from './dist/slim.js'"

/** What an edge function takes of the reading entry; the rest is for tools. */
const READING =
  "export { readElementUnit, mergeUnits, specsToLoad, unitJson, describeProcess } from './dist/read.js'"
const READING_FROM_KV = `${READING}; export { createWorkersKvStore } from './dist/stores/workers-kv.js'`

const DECIDERS =
  'export { createBackend, createManager, createDecisionWorker, createActivityWorker, defineActivity, defineWorkflow, ' +
  'defineRuleSet, of, scheduleActivity, cancelActivity, completeProcess, failProcess, cancelProcess, startTimer, ' +
  'cancelTimer, startChildProcess, continueAsNew, signalProcess, requestCancelProcess, recordMarker }'
/** All of the deciders but what draws timelines, for those who look at them. */
const DECIDING = `${DECIDERS} from './dist/deciders.js'; export { createMemoryRecords } from './dist/records/memory.js'`

/** The deciders, and runs of units beside them. */
const DECIDING_UNITS = `${DECIDING}; export { comparisons, defineUnitWorkflow } from './dist/deciders/units.js'`

/** Flows, as most programs use them. */
const FLOWING =
  "export { createFlowRunner, defineFlow, defineTask, of } from './dist/flows.js'; " +
  "export { createMemoryRecords } from './dist/records/memory.js'"

/** Steps, as most programs use them. */
const STEPPING =
  "export { createRecordState, createRunner, createState, createStepWorkflow, defineModel, defineStep, of } from './dist/steps.js'"

/**
 * @typedef {object} Size
 * @property {string} name
 * @property {number} minified bytes
 * @property {number} gzip bytes
 * @property {number} brotli bytes
 * @property {number} [budget] bytes of gzip
 */

/**
 * What each entry costs an application: the entry and its chunks in one minified file, with everything that it imports
 * from npm. Built for browsers where browsers may import it, else for Node, where `node:*` costs nothing.
 *
 * @returns {Promise<readonly Size[]>}
 */
export async function sizesOfEntries(root) {
  const sizes = [await sizeOfCore(root)]
  for (const entry of ENTRIES) {
    const name = entry.name.replace('.', 'unitflow')
    const platform = entry.browser ? 'browser' : 'node'
    sizes.push(sizeOf(name, [await minified(root, outputOf(entry), { platform })]))
    for (const condition of entry.variants) {
      // Without the core, which the runtime loads as a file of its own.
      const external = ['*.wasm', '*.wasm?module']
      const code = await minified(root, outputOf(entry, condition), { platform, external })
      sizes.push(sizeOf(`${name} (${condition}, and core.wasm)`, [code]))
    }
  }
  for (const [name, contents] of [
    ['unitflow/slim in a worker that caches and reads', CACHING],
    ['unitflow/read in an edge function', READING],
    ['the same with the Workers KV store', READING_FROM_KV],
    ['unitflow/deciders with records in memory', DECIDING],
    ['the same with unitflow/deciders/units', DECIDING_UNITS],
    ['unitflow/flows with records in memory', FLOWING],
    ['unitflow/steps over memory or records', STEPPING],
  ]) {
    const user = { stdin: { contents, resolveDir: root }, entryPoints: [], platform: 'browser' }
    sizes.push(sizeOf(name, [await minified(root, '', user)]))
  }
  const command = await minified(root, COMMAND.output, { platform: 'node', packages: 'external' })
  sizes.push(sizeOf('the command, without npm packages', [command]))
  return sizes
}

/** The module as a file, and what stands between it and typed functions. */
async function sizeOfCore(root) {
  const glue = await minified(root, 'ts/core/index.ts', { platform: 'browser', loader: { '.wasm': 'empty' } })
  return sizeOf('core.wasm with its glue', [readFileSync(join(root, CORE.output)), glue])
}

async function minified(root, source, options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    ...options,
  })
  return outputFiles[0].contents
}

function sizeOf(name, files) {
  const sum = (measure) => files.reduce((bytes, file) => bytes + measure(file).length, 0)
  return {
    name,
    minified: sum((file) => file),
    gzip: sum((file) => gzipSync(file, { level: 9 })),
    brotli: sum((file) => brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })),
    ...(BUDGETS[name] === undefined ? {} : { budget: BUDGETS[name] }),
  }
}

/** Prints the table, and says whether every budget is kept. */
export async function printSizes(root) {
  const sizes = await sizesOfEntries(root)
  const rows = sizes.map(({ name, minified, gzip, brotli, budget }) => [
    name,
    kilobytes(minified),
    kilobytes(gzip),
    kilobytes(brotli),
    budget === undefined ? '' : `${gzip < budget ? 'under' : 'OVER'} ${budget / 1024} KB`,
  ])
  const table = [['entry, npm packages included', 'minified', 'gzip', 'brotli', 'budget'], ...rows]
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  for (const row of table) {
    const cells = row.map((cell, at) =>
      at === 0 || at === 4 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]),
    )
    console.log(cells.join('  ').trimEnd())
  }
  return sizes.every(({ gzip, budget }) => budget === undefined || gzip < budget)
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`
}
