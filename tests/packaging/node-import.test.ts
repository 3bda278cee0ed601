import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { ENTRIES } from '../../scripts/entries.mjs'
import { VERSION } from '../../ts/version.js'
import { nodeVersions } from './node-versions.js'
import { run } from './run.js'

const folder = join(inject('application'), 'imports')
const names = ENTRIES.map(({ name }) => name.replace('.', 'unitflow'))

/** What each entry must at least give. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  unitflow: [
    'cacheElementUnitsForWorkflow',
    'createMemoryStore',
    'decompose',
    'readElementUnit',
    'UnitflowError',
  ],
  'unitflow/slim': ['cacheElementUnitsForWorkflow', 'decompose', 'init', 'initSync', 'UnitflowError'],
  'unitflow/read': ['describeProcess', 'mergeUnits', 'readElementUnit', 'specsToLoad', 'unitJson'],
  'unitflow/stores/memory': ['createMemoryStore'],
  'unitflow/stores/filesystem': ['createFilesystemStore'],
  'unitflow/stores/indexeddb': ['createIndexedDbStore'],
  'unitflow/stores/workers-kv': ['createWorkersKvStore'],
  'unitflow/stores/http': ['createHttpStore'],
  'unitflow/stores/layered': ['createLayeredStore'],
  'unitflow/records': ['checkedRecords'],
  'unitflow/records/memory': ['createMemoryRecords'],
  'unitflow/records/sqlite': ['createSqliteRecords'],
  'unitflow/records/indexeddb': ['createIndexedDbRecords'],
  'unitflow/records/durable-object': ['createDurableObjectRecords', 'ensureAlarm'],
  'unitflow/deciders': ['createBackend', 'createManager', 'defineWorkflow', 'createDecisionWorker'],
  'unitflow/deciders/http': ['createBackendHandler', 'createHttpBackend'],
  'unitflow/deciders/payloads': ['withPayloadCodec'],
  'unitflow/deciders/units': ['comparisons', 'defineUnitWorkflow', 'versionsOf'],
  'unitflow/flows/units': ['flowFromUnit', 'versionsOf'],
  'unitflow/flows': ['createFlowRunner', 'defineFlow', 'defineTask', 'of', 'readFlows'],
  'unitflow/steps': ['createRunner', 'createState', 'createStepWorkflow', 'defineModel', 'defineStep', 'of'],
  'unitflow/steps/units': ['perProcess'],
  'unitflow/steps/drawing': ['describe'],
  'unitflow/steps/caches': ['createLargeValues', 'createStoreCache', 'sweepLargeValues'],
  'unitflow/steps/saved': ['restoreRunner', 'saveRunner'],
  'unitflow/codec': ['createAesGcmCodec', 'createOffloadCodec', 'chainCodecs'],
  'unitflow/timelines': ['timelineOfFlowHistory', 'timelineOfHistory', 'timelineSvg', 'timelineText'],
  'unitflow/testing': [
    'cacheStoreSuite',
    'createProcessHarness',
    'flowRunnerSuite',
    'recordStoreSuite',
    'stepRunnerSuite',
    'workflowBackendSuite',
  ],
}

const PROBE = `
const found = Object.fromEntries(names.map((name, index) => [name, Object.keys(entries[index]).sort()]))
const byName = Object.fromEntries(names.map((name, index) => [name, entries[index]]))
const { unitflow, 'unitflow/read': read, 'unitflow/slim': slim } = byName
let thrown
try {
  unitflow.decompose('[1]')
} catch (error) {
  thrown = error
}
console.log(JSON.stringify({
  found,
  code: thrown?.code,
  oneErrorClass: [unitflow, read, slim].every((entry) => thrown instanceof entry.UnitflowError),
  version: unitflow.VERSION,
}))
`

interface Probed {
  readonly found: Readonly<Record<string, readonly string[]>>
  readonly code: string
  readonly oneErrorClass: boolean
  readonly version: string
}

beforeAll(async () => {
  await mkdir(folder)
  const list = `const names = ${JSON.stringify(names)}\n`
  const imports = `const entries = await Promise.all(names.map((name) => import(name)))`
  await writeFile(join(folder, 'imports.mjs'), list + imports + PROBE)
  await writeFile(
    join(folder, 'requires.cjs'),
    `${list}const entries = names.map((name) => require(name))${PROBE}`,
  )
})

test.each(['imports.mjs', 'requires.cjs'])(
  'every entry loads in Node 20, 22 and 24 by %s',
  async (program) => {
    for (const { path, name } of await nodeVersions()) {
      const { stdout, stderr } = await run(path, [join(folder, program)], { cwd: folder })
      const probed = JSON.parse(stdout) as Probed
      for (const entry of names)
        expect(probed.found[entry], `${entry} in ${name}`).toEqual(expect.arrayContaining([...GIVEN[entry]!]))
      // Slim is the same, and takes the core.
      expect(probed.found['unitflow/slim']).toEqual(
        [...probed.found['unitflow']!, 'init', 'initSync'].sort((a, b) => (a < b ? -1 : 1)),
      )
      expect(probed.code).toBe('not-a-spec')
      expect(probed.oneErrorClass).toBe(true)
      // Node 20 calls require() of a module experimental, unless the file that requires is a dependency.
      expect(
        stderr.replace(/^.*ExperimentalWarning: CommonJS module .* is loading ES Module .*\n.*\n/m, ''),
      ).toBe('')
    }
  },
)

test('the core is found by its name, for hosts that load it themselves', async () => {
  const program = `
    import { readFile } from 'node:fs/promises'
    import { fileURLToPath } from 'node:url'
    const bytes = await readFile(fileURLToPath(import.meta.resolve('unitflow/core.wasm')))
    const module = await WebAssembly.compile(bytes)
    console.log(JSON.stringify(WebAssembly.Module.imports(module).length))`
  await writeFile(join(folder, 'core.mjs'), program)
  const { stdout } = await run(process.execPath, [join(folder, 'core.mjs')], { cwd: folder })
  expect(stdout.trim()).toBe('2')
})

test('nothing but the entries can be imported', async () => {
  await writeFile(join(folder, 'deep.mjs'), `await import('unitflow/dist/index.js')`)
  const attempt = run(process.execPath, [join(folder, 'deep.mjs')], { cwd: folder })
  await expect(attempt).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED')
})

test('the command runs in Node 20, 22 and 24', async () => {
  for (const { path } of await nodeVersions()) {
    const command = join(inject('application'), 'node_modules/.bin/unitflow')
    const { stdout } = await run(path, [command, '--version'], { cwd: folder })
    expect(stdout.trim()).toContain(VERSION)
  }
})
