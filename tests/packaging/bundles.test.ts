import { build, type Metafile } from 'esbuild'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, inject, test } from 'vitest'
import { CORE, ENTRIES, exportMap } from '../../scripts/entries.mjs'
import { sizesOfEntries } from '../../scripts/sizes.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const application = inject('application')
const folder = join(application, 'bundles')
/** The beginning of every Wasm file, "\0asm" and version 1, in base64. */
const INLINE_WASM = 'AGFzbQEAAAA'

beforeAll(() => mkdir(folder))

interface Bundled {
  readonly text: string
  readonly imported: readonly string[]
}

let count = 0

/** What an application that has this code ships to browsers; fails where anything cannot be resolved for a browser. */
async function bundle(
  code: string,
  options: { conditions?: string[]; external?: string[] } = {},
): Promise<Bundled> {
  const source = join(folder, `${count++}.mjs`)
  await writeFile(source, code)
  const { outputFiles, metafile } = await build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    ...options,
  })
  return { text: outputFiles[0]!.text, imported: importedBy(metafile) }
}

function importedBy({ inputs }: Metafile): string[] {
  return Object.values(inputs).flatMap(({ imports }) => imports.map(({ path }) => path))
}

const browserEntries = ENTRIES.filter(({ browser }) => browser).map(({ name }) =>
  name.replace('.', 'unitflow'),
)

test.each(browserEntries)('%s bundles for browsers, and nothing in it imports node:', async (name) => {
  const { imported } = await bundle(`export * from '${name}'`)
  expect(imported.length).toBeGreaterThan(0)
  expect(imported.filter((path) => path.startsWith('node:'))).toEqual([])
})

test('a bundle that should fail does: the filesystem store has no place in a browser', async () => {
  await expect(bundle(`export * from 'unitflow/stores/filesystem'`)).rejects.toThrow('node:')
})

test('unitflow carries one core, also where several entries are imported, slim among them', async () => {
  const code = browserEntries.map((name, index) => `export * as entry${index} from '${name}'`).join('\n')
  const { text } = await bundle(code)
  expect(text.split(INLINE_WASM).length - 1).toBe(1)
  expect(text.split('Symbol.for("unitflow.error")').length - 1).toBe(1)
})

test.each([
  ['the memory store', `export * from 'unitflow/stores/memory'`],
  ['the reading entry', `export * from 'unitflow/read'`],
  [
    'a name of unitflow that does not use it',
    `export { createMemoryStore, isUnitflowError, mergeUnits } from 'unitflow'`,
  ],
])('%s carries no Wasm', async (_, code) => {
  const { text } = await bundle(code)
  expect(text).not.toContain(INLINE_WASM)
  expect(text).not.toContain('WebAssembly')
})

test('slim carries no Wasm', async () => {
  const { text } = await bundle(`export * from 'unitflow/slim'`)
  expect(text).not.toContain(INLINE_WASM)
  expect(text).toContain('WebAssembly')
})

test.each([
  ['workerd', './core.wasm'],
  ['edge-light', './core.wasm?module'],
])('for %s the core is a module beside the code, which holds no bytes of it', async (condition, path) => {
  const { text, imported } = await bundle(`export * from 'unitflow'`, {
    conditions: [condition],
    external: ['*.wasm', '*.wasm?module'],
  })
  expect(imported.filter((name) => name.includes('.wasm'))).toEqual([path])
  expect(text).not.toContain(INLINE_WASM)
  const bytes = await readFile(join(application, 'node_modules/unitflow', CORE.output))
  expect(bytes.equals(await readFile(join(root, CORE.source)))).toBe(true)
})

test.each(['workerd', 'edge-light'])(
  'the errors of all entries are of one class under %s',
  async (condition) => {
    const code = browserEntries.map((name, index) => `export * as entry${index} from '${name}'`).join('\n')
    const external = ['*.wasm', '*.wasm?module']
    const { text } = await bundle(code, { conditions: [condition], external })
    expect(text.split('Symbol.for("unitflow.error")').length - 1).toBe(1)
  },
)

test('what the export map names exists', () => {
  const paths = Object.values(exportMap()).flatMap((to) =>
    typeof to === 'string' ? [to] : Object.values(to),
  )
  const missing = paths.filter((path) => !existsSync(join(application, 'node_modules/unitflow', path)))
  expect(missing).toEqual([])
})

test('what has a budget keeps it', async () => {
  const sizes = await sizesOfEntries(root)
  const budgeted = sizes.filter(({ budget }) => budget !== undefined)
  expect(budgeted.map(({ name }) => name)).toEqual([
    'core.wasm with its glue',
    'unitflow',
    'unitflow/slim in a worker that caches and reads',
    'unitflow/read in an edge function',
    'the same with the Workers KV store',
  ])
  for (const { name, gzip, budget } of budgeted) expect(gzip, `${name}: bytes of gzip`).toBeLessThan(budget!)
})
