import { nodeResolve } from '@rollup/plugin-node-resolve'
import { build as esbuild } from 'esbuild'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { rollup } from 'rollup'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  readElementUnit,
  unitJson,
} from 'unitflow'
import { build as vite, createLogger } from 'vite'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import webpack from 'webpack'
import { CORE, ENTRIES, outputOf } from '../../scripts/entries.mjs'
import { launchChromium } from '../runtimes/chromium.js'
import { servePages } from '../runtimes/page-server.js'

const application = inject('application')
/** The beginning of every Wasm file, "\0asm" and version 1, in base64. */
const INLINE_WASM = 'AGFzbQEAAAA'

/** What a bundler makes of a folder with `main.mjs`, and what it warned of. */
interface Built {
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly warnings: readonly string[]
}

interface Bundler {
  /** Builds `main.mjs` of the folder into its folder `dist`. */
  readonly build: (folder: string) => Promise<readonly string[]>
  /** The page that loads what comes out. */
  readonly page: string
  /** How an application of this bundler names the file of the core; some have no way without a plugin. */
  readonly core?: string
  /** A warning that says only how large the bundle is. */
  readonly ofSize?: RegExp
}

/** The icon is there so that browsers do not ask for one. */
const HEAD = '<!doctype html><meta charset="utf-8"><title>unitflow</title><link rel="icon" href="data:,">'
const MODULE_PAGE = `${HEAD}<script type="module" src="./main.js"></script>`

/** Each with its default settings for production. */
const BUNDLERS: Readonly<Record<string, Bundler>> = {
  Vite: {
    page: MODULE_PAGE.replace('main.js', 'main.mjs'),
    core: `import core from 'unitflow/core.wasm?url'`,
    async build(root) {
      const warnings: string[] = []
      const warn = (message: string): number => warnings.push(message)
      await vite({
        root,
        configFile: false,
        logLevel: 'silent',
        customLogger: { ...createLogger('silent'), warn, warnOnce: warn },
      })
      return warnings
    },
  },
  webpack: {
    page: `${HEAD}<script defer src="./main.js"></script>`,
    core: `const core = new URL('unitflow/core.wasm', import.meta.url)`,
    ofSize: /^(asset size limit|entrypoint size limit|webpack performance recommendations): /,
    async build(context) {
      const output = { path: join(context, 'dist') }
      const compiler = webpack({ context, mode: 'production', entry: './main.mjs', output })
      const run = new Promise<webpack.Stats>((resolve, reject) =>
        compiler.run((error, stats) => (stats === undefined ? reject(error!) : resolve(stats))),
      )
      const { errors, warnings } = (await run).toJson({ errors: true, warnings: true })
      await new Promise((closed) => compiler.close(closed))
      expect(errors).toEqual([])
      return (warnings ?? []).map(({ message }) => message)
    },
  },
  Rollup: {
    page: MODULE_PAGE,
    async build(folder) {
      const warnings: string[] = []
      const bundle = await rollup({
        input: join(folder, 'main.mjs'),
        plugins: [nodeResolve({ browser: true })],
        onLog: (_, { message }) => warnings.push(message),
      })
      await bundle.write({ dir: join(folder, 'dist') })
      await bundle.close()
      return warnings
    },
  },
  esbuild: {
    page: MODULE_PAGE,
    core: `import core from 'unitflow/core.wasm'`,
    async build(folder) {
      const { warnings } = await esbuild({
        entryPoints: [join(folder, 'main.mjs')],
        outdir: join(folder, 'dist'),
        bundle: true,
        minify: true,
        format: 'esm',
        // The one setting: it has no way of its own with this ending.
        loader: { '.wasm': 'file' },
        logLevel: 'silent',
      })
      return warnings.map(({ text }) => text)
    },
  },
}

const WORK = `
async function unitsOf(store, key) {
  const wanted = [{ processId: 'Order' }, { processId: 'Order', elements: ['Approve_Payment'] }]
  return Promise.all(wanted.map(async (each) => unitJson(await readElementUnit(store, key, each))))
}
const specs = await fetch('specs.json').then((response) => response.text())
`

/** The core inside; every store that a browser has. */
const CARRIED = `
import { cacheElementUnitsForWorkflow, createMemoryStore, decompose } from 'unitflow'
import { readElementUnit, unitJson } from 'unitflow/read'
import { createHttpStore } from 'unitflow/stores/http'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { createLayeredStore } from 'unitflow/stores/layered'
${WORK}
async function work() {
  const own = createIndexedDbStore({ name: 'own' })
  await cacheElementUnitsForWorkflow(own, 'orders', specs)
  const layers = [createMemoryStore(), createIndexedDbStore({ name: 'kept' }), createHttpStore('units')]
  const served = await unitsOf(createLayeredStore(...layers), 'orders')
  return { version: decompose(specs).version, units: await unitsOf(own, 'orders'), served }
}
globalThis.answer = work()
`

/** The core as a file beside the code. */
function slim(core: string): string {
  return `
${core}
import { cacheElementUnitsForWorkflow, createMemoryStore, decompose, init, readElementUnit, unitJson } from 'unitflow/slim'
${WORK}
async function work() {
  await init(core)
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'orders', specs)
  return { version: decompose(specs).version, units: await unitsOf(store, 'orders') }
}
globalThis.answer = work()
`
}

let browser: Browser
let specs: string
/** What is served beside the bundle: the specs, and a cache of them as a static server has it. */
const beside: Record<string, Uint8Array | string> = {}
/** What Node gives. */
let expected: { readonly version: string; readonly units: readonly string[] }

beforeAll(async () => {
  specs = await readFile(new URL('../../examples/workflows/order-company.c.json', import.meta.url), 'utf8')
  beside['specs.json'] = specs
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'orders', specs)
  for await (const key of store.keys()) beside[`units/${key}`] = (await store.get(key))!
  const wanted = [{ processId: 'Order' }, { processId: 'Order', elements: ['Approve_Payment'] }]
  const units = wanted.map(async (each) => unitJson(await readElementUnit(store, 'orders', each)))
  expected = { version: decompose(specs).version, units: await Promise.all(units) }
  browser = await launchChromium()
})
afterAll(() => browser.close())

let count = 0

async function build(bundler: Bundler, code: string): Promise<Built> {
  const folder = join(application, `bundler-${count++}`)
  await mkdir(folder)
  await writeFile(join(folder, 'main.mjs'), code)
  await writeFile(join(folder, 'index.html'), bundler.page)
  const warnings = await bundler.build(folder)
  const output = join(folder, 'dist')
  const entries = await readdir(output, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files: Record<string, Uint8Array> = { 'index.html': Buffer.from(bundler.page) }
  for (const path of paths) files[path.slice(output.length + 1)] = await readFile(path)
  return { files, warnings }
}

/** All code of a bundle as text. */
function codeOf({ files }: Built): string {
  const scripts = Object.keys(files).filter((name) => /\.m?js$/.test(name))
  expect(scripts.length).toBeGreaterThan(0)
  return scripts.map((name) => Buffer.from(files[name]!).toString()).join('\n')
}

async function answerInChromium({ files }: Built): Promise<unknown> {
  const server = await servePages({ ...beside, ...files }, "script-src 'self' 'wasm-unsafe-eval'")
  const page = await browser.newPage()
  onTestFinished(async () => {
    await page.close()
    server.close()
  })
  const failures: string[] = []
  page.on('pageerror', ({ message }) => failures.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') failures.push(message.text())
  })
  await page.goto(server.url)
  await page.waitForFunction('globalThis.answer !== undefined', undefined, { timeout: 30_000 }).catch(() => {
    throw new Error(`the bundle did not start: ${failures.join('\n')}`)
  })
  const answer: unknown = await page.evaluate('globalThis.answer')
  expect(failures).toEqual([])
  return answer
}

const bundlers = Object.entries(BUNDLERS)

test.each(bundlers)(
  '%s builds an application with the core inside, and it runs in Chromium',
  async (_, bundler) => {
    const built = await build(bundler, CARRIED)
    const { ofSize } = bundler
    expect(built.warnings.filter((warning) => ofSize?.test(warning) !== true)).toEqual([])
    expect(codeOf(built)).toContain(INLINE_WASM)
    expect(Object.keys(built.files).filter((name) => name.endsWith('.wasm'))).toEqual([])
    expect(await answerInChromium(built)).toEqual({ ...expected, served: expected.units })
  },
)

test.each(bundlers.filter(([, { core }]) => core !== undefined))(
  '%s builds an application of slim, with the core as a file beside it, and it runs in Chromium',
  async (_, bundler) => {
    const built = await build(bundler, slim(bundler.core!))
    expect(built.warnings).toEqual([])
    expect(codeOf(built)).not.toContain(INLINE_WASM)
    const cores = Object.keys(built.files).filter((name) => name.endsWith('.wasm'))
    expect(cores).toHaveLength(1)
    const installed = await readFile(join(application, 'node_modules/unitflow', CORE.output))
    expect(installed.equals(built.files[cores[0]!]!)).toBe(true)
    expect(await answerInChromium(built)).toEqual(expected)
  },
)

test.each(bundlers)(
  '%s takes of unitflow what is used: a store and a guard come without the core',
  async (_, bundler) => {
    const code = `import { createMemoryStore, isUnitflowError } from 'unitflow'
      globalThis.answer = Promise.resolve(isUnitflowError(createMemoryStore()))`
    const built = await build(bundler, code)
    expect(built.warnings).toEqual([])
    expect(codeOf(built)).not.toContain('WebAssembly')
    expect(codeOf(built)).not.toContain(INLINE_WASM)
    expect(await answerInChromium(built)).toBe(false)
  },
)

/** What some entries have and others must not carry, each by words that stand nowhere else. */
const PARTS: Readonly<Record<string, RegExp>> = {
  'the core': new RegExp(INLINE_WASM),
  WebAssembly: /WebAssembly/,
  'reading units': /unknown-element/,
  'caching units': /lost-update/,
  IndexedDB: /indexedDB/,
  'Workers KV': /a KV namespace/,
  HTTP: /if-none-match/i,
  layers: /at least one store/,
  'a backend over HTTP': /problem\+json/,
  'the suite of stores': /ConformanceError/,
}

/** The parts of each entry, and the npm packages in it. An entry that is not here carries none. */
const CARRIES: Readonly<Record<string, readonly string[]>> = {
  unitflow: ['the core', 'WebAssembly', 'reading units', 'caching units'],
  'unitflow/slim': ['WebAssembly', 'reading units', 'caching units'],
  'unitflow/read': ['reading units'],
  'unitflow/stores/indexeddb': ['IndexedDB', 'idb-keyval'],
  'unitflow/stores/workers-kv': ['Workers KV'],
  'unitflow/stores/http': ['HTTP'],
  'unitflow/stores/layered': ['layers'],
  'unitflow/records/indexeddb': ['IndexedDB'],
  'unitflow/deciders/http': ['a backend over HTTP'],
  'unitflow/deciders/units': ['reading units'],
  'unitflow/flows/units': ['reading units'],
  'unitflow/steps/drawing': ['@dagrejs/dagre'],
  'unitflow/testing': ['the suite of stores'],
}

test.each(ENTRIES.filter((entry) => entry.browser).map(({ name }) => name.replace('.', 'unitflow')))(
  '%s carries its own parts, and those of no other entry',
  async (name) => {
    const { outputFiles, metafile } = await esbuild({
      stdin: { contents: `export * from '${name}'`, resolveDir: application },
      absWorkingDir: application,
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    })
    const text = outputFiles[0]!.text
    const parts = Object.keys(PARTS).filter((part) => PARTS[part]!.test(text))
    const files = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>')
    const packages = new Set(files.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)![1]!))
    packages.delete('unitflow')
    expect([...parts, ...packages]).toEqual(CARRIES[name] ?? [])
    // Of the files of other entries it takes none, only the chunks that it shares with them.
    const own = files.filter((path) => path.startsWith('node_modules/unitflow/') && !path.includes('/chunk-'))
    const entry = ENTRIES.find((each) => each.name.replace('.', 'unitflow') === name)!
    expect(own).toEqual([`node_modules/unitflow/${outputOf(entry)}`])
  },
)
