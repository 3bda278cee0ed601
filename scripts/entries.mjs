// The entries of the package, in one table: the build, the export map of package.json, the size table and the tests of
// the package follow it.

/**
 * @typedef {object} Entry
 * @property {string} name as in the export map
 * @property {string} source
 * @property {boolean} browser whether browser code may import it: then nothing that it reaches is `node:`
 * @property {readonly string[]} variants export conditions for which there is an entry of its own, see VARIANTS
 * @property {string} [always] the one of VARIANTS that this entry is built as, under every condition
 */

/** @type {readonly Entry[]} */
export const ENTRIES = [
  { name: '.', source: 'ts/index.ts', browser: true, variants: ['edge-light', 'workerd'] },
  { name: './slim', source: 'ts/slim.ts', browser: true, variants: [], always: 'slim' },
  { name: './read', source: 'ts/read.ts', browser: true, variants: [] },
  { name: './stores/memory', source: 'ts/stores/memory/index.ts', browser: true, variants: [] },
  { name: './stores/filesystem', source: 'ts/stores/filesystem/index.ts', browser: false, variants: [] },
  { name: './stores/indexeddb', source: 'ts/stores/indexeddb/index.ts', browser: true, variants: [] },
  { name: './stores/workers-kv', source: 'ts/stores/workers-kv/index.ts', browser: true, variants: [] },
  { name: './stores/http', source: 'ts/stores/http/index.ts', browser: true, variants: [] },
  { name: './stores/layered', source: 'ts/stores/layered/index.ts', browser: true, variants: [] },
  { name: './records', source: 'ts/records/index.ts', browser: true, variants: [] },
  { name: './records/memory', source: 'ts/records/memory/index.ts', browser: true, variants: [] },
  {
    name: './records/durable-object',
    source: 'ts/records/durable-object/index.ts',
    browser: true,
    variants: [],
  },
  { name: './records/indexeddb', source: 'ts/records/indexeddb/index.ts', browser: true, variants: [] },
  { name: './records/sqlite', source: 'ts/records/sqlite/index.ts', browser: false, variants: [] },
  { name: './deciders', source: 'ts/deciders/index.ts', browser: true, variants: [] },
  { name: './deciders/http', source: 'ts/deciders/http/index.ts', browser: true, variants: [] },
  { name: './deciders/units', source: 'ts/deciders/units/index.ts', browser: true, variants: [] },
  { name: './deciders/payloads', source: 'ts/deciders/payloads/index.ts', browser: true, variants: [] },
  { name: './flows', source: 'ts/flows/index.ts', browser: true, variants: [] },
  { name: './flows/units', source: 'ts/flows/units/index.ts', browser: true, variants: [] },
  { name: './steps', source: 'ts/steps/index.ts', browser: true, variants: [] },
  { name: './steps/caches', source: 'ts/steps/caches.ts', browser: true, variants: [] },
  { name: './steps/saved', source: 'ts/steps/saved/index.ts', browser: true, variants: [] },
  { name: './steps/units', source: 'ts/steps/units/index.ts', browser: true, variants: [] },
  { name: './steps/drawing', source: 'ts/step-drawing/index.ts', browser: true, variants: [] },
  { name: './codec', source: 'ts/codec/index.ts', browser: true, variants: [] },
  { name: './timelines', source: 'ts/timelines.ts', browser: true, variants: [] },
  { name: './testing', source: 'ts/testing/index.ts', browser: true, variants: [] },
]

/** What stands in for what: runtimes differ in how they come by the core, in nothing else. */
export const VARIANTS = {
  // No crypto that can be asked at once is there.
  'edge-light': {
    'ts/core/compile-core.ts': 'ts/core/compile-core.edge-light.ts',
    'ts/core/host-hash.ts': 'ts/core/host-hash.slim.ts',
  },
  slim: {
    'ts/core/compile-core.ts': 'ts/core/compile-core.slim.ts',
    'ts/core/host-hash.ts': 'ts/core/host-hash.slim.ts',
  },
  workerd: { 'ts/core/compile-core.ts': 'ts/core/compile-core.workerd.ts' },
}

/** The core by itself, for hosts that load Wasm their own way. */
export const CORE = {
  name: './core.wasm',
  source: 'wasm-pkg/unitflow_bg.wasm',
  output: 'dist/core.wasm',
  typesSource: 'ts/core/core.d.wasm.ts',
  types: 'dist/types/core.wasm.d.ts',
}

/** What histories are, for whoever reads them without this package's code. */
export const HISTORY_SCHEMA = {
  name: './history.schema.json',
  source: 'ts/deciders/history/history.schema.json',
  output: 'dist/history.schema.json',
}

export const COMMAND = { name: 'unitflow', source: 'ts/cli/main.ts', output: 'dist/cli.js' }

/** Where the build puts an entry; with a condition, its variant. */
export function outputOf({ name }, condition) {
  const stem = name === '.' ? 'index' : name.slice(2)
  return `dist/${stem}${condition === undefined ? '' : `.${condition}`}.js`
}

/** Where tsc puts the declarations of an entry. */
export function typesOf({ source }) {
  return source.replace(/^ts\//, 'dist/types/').replace(/\.ts$/, '.d.ts')
}

/** The export map that package.json must have. Conditions are tried in order, so `types` comes first. */
export function exportMap() {
  const map = {}
  for (const entry of ENTRIES) {
    map[entry.name] = { types: `./${typesOf(entry)}` }
    for (const condition of entry.variants) map[entry.name][condition] = `./${outputOf(entry, condition)}`
    map[entry.name].default = `./${outputOf(entry)}`
  }
  map[HISTORY_SCHEMA.name] = `./${HISTORY_SCHEMA.output}`
  map[CORE.name] = { types: `./${CORE.types}`, default: `./${CORE.output}` }
  return map
}
