import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { COMMAND, ENTRIES, VARIANTS } from '../../scripts/entries.mjs'
import type { Import } from './sources.js'
import { filesBelow, importsOf, root } from './sources.js'

/** The parts of ts/, a folder or a file each, and the parts that each may import. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  sha256: [],
  indexeddb: ['errors'],
  http: ['errors'],
  values: ['errors'],
  events: [],
  fingerprint: ['values', 'sha256', 'errors'],
  records: ['values', 'events', 'indexeddb', 'errors'],
  clock: ['errors'],
  ids: ['errors'],
  retry: ['clock', 'errors'],
  leases: ['records', 'errors'],
  outcome: ['values', 'errors'],
  schema: ['errors'],
  bulk: [],
  promises: [],
  stop: ['clock'],
  checks: ['errors'],
  fields: ['checks', 'schema', 'values', 'errors'],
  codec: ['stores', 'sha256', 'errors'],
  drawing: [],
  timeline: ['drawing'],
  timelines: ['timeline', 'deciders', 'flows'],
  flows: [
    'bulk',
    'promises',
    'stop',
    'timeline',
    'checks',
    'fields',
    'schema',
    'fingerprint',
    'records',
    'values',
    'events',
    'clock',
    'ids',
    'retry',
    'outcome',
    'codec',
    'errors',
  ],
  steps: [
    'checks',
    'events',
    'fields',
    'schema',
    'fingerprint',
    'sha256',
    'stores',
    'records',
    'values',
    'clock',
    'promises',
    'stop',
    'retry',
    'outcome',
    'errors',
  ],
  deciders: [
    'bulk',
    'timeline',
    'checks',
    'schema',
    'fingerprint',
    'records',
    'values',
    'events',
    'clock',
    'ids',
    'retry',
    'leases',
    'outcome',
    'codec',
    'http',
    'errors',
  ],
  comparisons: ['errors'],
  'deciders/units': [
    'bulk',
    'deciders',
    'comparisons',
    'units',
    'stores',
    'records',
    'checks',
    'schema',
    'values',
    'errors',
  ],
  'flows/units': [
    'flows',
    'units',
    'stores',
    'records',
    'checks',
    'fields',
    'schema',
    'fingerprint',
    'errors',
  ],
  'steps/units': ['steps', 'units', 'stores', 'checks', 'schema', 'fields', 'values', 'sha256', 'errors'],
  version: [],
  core: ['errors', 'sha256', 'version'],
  stores: ['indexeddb', 'http', 'errors'],
  units: ['core', 'stores', 'errors', 'sha256', 'version'],
  graph: ['units', 'drawing', 'errors'],
  'step-drawing': ['steps', 'graph', 'timeline', 'drawing', 'checks'],
  read: ['units', 'stores', 'errors', 'version'],
  index: ['units', 'core', 'stores', 'errors', 'version'],
  slim: ['index', 'core'],
  testing: ['deciders', 'flows', 'steps', 'codec', 'stores', 'records', 'clock', 'values', 'errors'],
  cli: [
    'bulk',
    'comparisons',
    'deciders',
    'deciders/units',
    'schema',
    'flows',
    'steps',
    'step-drawing',
    'timeline',
    'timelines',
    'graph',
    'drawing',
    'units',
    'core',
    'stores',
    'records',
    'values',
    'errors',
    'sha256',
    'version',
    'index',
    'read',
  ],
}

/** Parts for what is to come: one that an entry reaches must leave this list. */
const NOT_YET_REACHED = ['leases']

/** Where Node's own modules may be imported. */
const NODE = ['ts/stores/filesystem/', 'ts/records/sqlite/', 'ts/cli/']

const files = filesBelow('ts').filter((file) => file.endsWith('.ts'))
const imports = files.flatMap((file) => importsOf(file))

/** An engine over element units is a part of its own: the engine itself knows no units. */
const OVER_UNITS = /^ts\/(deciders|flows|steps)\/units\//

function partOf(path: string): string {
  if (OVER_UNITS.test(path)) return path.split('/').slice(1, 3).join('/')
  return path.split('/')[1]!.replace(/\.ts$/, '')
}

function shown(found: readonly Import[]): string[] {
  return found.map(({ from, to }) => `${from} imports ${to}`)
}

/** The imports that go where they may not. */
function against(found: readonly Import[]): string[] {
  return shown(
    found.filter(({ from, to }) => {
      if (!to.startsWith('ts/')) return false
      return partOf(from) !== partOf(to) && DIRECTIONS[partOf(from)]?.includes(partOf(to)) !== true
    }),
  )
}

test('every part of ts/ has its place in the directions', () => {
  expect(files.length).toBeGreaterThan(50)
  expect([...new Set(files.map(partOf))].filter((part) => DIRECTIONS[part] === undefined)).toEqual([])
})

test('imports point one way', () => {
  expect(imports.length).toBeGreaterThan(100)
  expect(against(imports)).toEqual([])
})

test('an import against the direction would be found, whatever its form', () => {
  const wrong = [
    `import { x } from '../units/index.js'`,
    `import type { X } from '../units/index.js'`,
    `export * from '../units/index.js'`,
    `const x = import('../units/index.js')`,
    `type X = import('../units/index.js').X`,
  ]
  for (const text of wrong)
    expect(against(importsOf('ts/errors/x.ts', text))).toEqual(['ts/errors/x.ts imports ts/units/index.ts'])
})

test('the parts form no cycle', () => {
  const reaches = (part: string, target: string): boolean =>
    DIRECTIONS[part]!.some((next) => next === target || reaches(next, target))
  expect(Object.keys(DIRECTIONS).filter((part) => reaches(part, part))).toEqual([])
})

test('every import inside ts/ leads to a file', () => {
  const inside = imports.filter(({ to }) => to.startsWith('ts/') && to.endsWith('.ts'))
  expect(shown(inside.filter(({ to }) => !existsSync(join(root, to))))).toEqual([])
})

test('units know the contract of stores, and no store', () => {
  const known = /^ts\/stores\/[a-z-]+\.ts$/
  expect(
    shown(
      imports.filter(
        ({ from, to }) =>
          partOf(from) === 'units' && partOf(to) === 'stores' && to.startsWith('ts/') && !known.test(to),
      ),
    ),
  ).toEqual([])
})

test('stores do not know one another', () => {
  const folder = (path: string): string | undefined => /^ts\/stores\/([a-z-]+)\//.exec(path)?.[1]
  const crossing = imports.filter(
    ({ from, to }) => folder(to) !== undefined && folder(from) !== folder(to) && partOf(from) === 'stores',
  )
  expect(shown(crossing)).toEqual([])
})

test('only the core imports wasm-pkg', () => {
  const importing = imports.filter(({ to }) => to.startsWith('wasm-pkg/') || to.endsWith('.wasm'))
  expect(importing.length).toBeGreaterThan(0)
  expect(shown(importing.filter(({ from }) => partOf(from) !== 'core'))).toEqual([])
})

test('node: is imported by the filesystem store and the command alone', () => {
  const importing = imports.filter(({ to }) => to.startsWith('node:'))
  expect(importing.length).toBeGreaterThan(0)
  expect(shown(importing.filter(({ from }) => !NODE.some((place) => from.startsWith(place))))).toEqual([])
})

test('nothing that a browser bundle can reach imports node:', async () => {
  for (const entry of ENTRIES.filter(({ browser }) => browser)) {
    const reached = await reachedFrom(entry.source)
    expect(reached.size, entry.name).toBeGreaterThan(1)
    expect(
      [...reached].filter((path) => path.startsWith('node:')),
      entry.name,
    ).toEqual([])
  }
  expect([...(await reachedFrom('ts/stores/filesystem/index.ts'))]).toContain('node:path')
})

test('the reading entry reaches no core', async () => {
  const reached = [...(await reachedFrom('ts/read.ts'))]
  expect(reached.filter((path) => path.startsWith('ts/core/') || path.startsWith('wasm-pkg/'))).toEqual([])
  expect([...(await reachedFrom('ts/index.ts'))]).toContain('ts/core/compile-core.ts')
})

test('every part is reached from an entry or the command, so that nothing in ts/ is left over', async () => {
  const sources = [COMMAND.source, ...ENTRIES.map(({ source }) => source)]
  const reached = new Set<string>(sources)
  for (const source of sources) for (const path of await reachedFrom(source)) reached.add(path)
  for (const replaced of Object.values(VARIANTS))
    for (const path of Object.values(replaced)) reached.add(path)
  // Types alone leave nothing in a bundle.
  const typesOnly = new Set(imports.map(({ to }) => to))
  // A part's own index stands for it also where only tests come that way.
  const barrel = /^ts\/[a-z0-9]+\/index\.ts$/
  const left = files.filter(
    (file) => !barrel.test(file) && !file.endsWith('.d.ts') && !/\.d\.\w+\.ts$/.test(file),
  )
  expect(left.filter((file) => !reached.has(file) && !typesOnly.has(file))).toEqual([])
  const parts = [...new Set(files.map(partOf))]
  const isReached = (part: string): boolean =>
    [...reached].some((file) => file === `ts/${part}.ts` || file.startsWith(`ts/${part}/`))
  expect(parts.filter((part) => !isReached(part)).sort()).toEqual(NOT_YET_REACHED)
})

/** Every module that is bundled with a source, and the names of those that are left outside. */
async function reachedFrom(source: string): Promise<Set<string>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    loader: { '.wasm': 'empty' },
    logLevel: 'silent',
  })
  const modules = Object.entries(metafile.inputs)
  return new Set(
    modules.flatMap(([path, { imports: found }]) => [path, ...found.map(({ path: imported }) => imported)]),
  )
}
