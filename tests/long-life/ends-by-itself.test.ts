import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { workflowJson } from '../fixtures/units/spec-builder.js'

/** Longer than any timer of this package that might keep a program, and than a slow machine takes to start one. */
const PATIENCE = 45_000

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitflow-ends-'))
  return () => rm(folder, { recursive: true })
})

const specs = JSON.stringify(
  workflowJson([
    { id: 'Top', calls: ['A'] },
    { id: 'A', elements: ['a'] },
  ]),
)

/** What a program does with each part, and does not close where nothing says that it must. */
const USES: Readonly<Record<string, string>> = {
  units: `
    import { cacheElementUnitsForWorkflow, createMemoryStore, prune, readElementUnit } from './index.js'
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', ${specs})
    await readElementUnit(store, 'k', { processId: 'Top', elements: ['a'] })
    await prune(store)`,
  'the filesystem store': `
    import { cacheElementUnitsForWorkflow } from './index.js'
    import { createFilesystemStore } from './stores/filesystem/index.js'
    const store = createFilesystemStore({ root: process.argv[2] + '/files' })
    await cacheElementUnitsForWorkflow(store, 'k', ${specs})
    await store.replace('one/key', undefined, new Uint8Array([1]))`,
  'the layered and the HTTP store': `
    import { createHttpStore } from './stores/http/index.js'
    import { createLayeredStore } from './stores/layered/index.js'
    import { createMemoryStore } from './stores/memory/index.js'
    const fetch = async () => new Response(null, { status: 404 })
    const store = createLayeredStore(createMemoryStore(), createHttpStore('https://example.com/', { fetch }))
    await store.get('a/b')`,
  'records in memory': `
    import { createMemoryRecords } from './records/memory/index.js'
    const records = createMemoryRecords()
    records.onCommit(() => undefined)
    await records.transact((it) => it.set(['a', 1], 1))`,
  'records in SQLite': `
    import { createSqliteRecords } from './records/sqlite/index.js'
    const records = createSqliteRecords({ path: process.argv[2] + '/records.db' })
    records.onCommit(() => undefined)
    await records.transact((it) => it.set(['a', 1], 1))`,
  deciders: `
    import { createBackend, createDecisionWorker, createManager, completeProcess, defineWorkflow, of } from './deciders/index.js'
    import { createMemoryRecords } from './records/memory/index.js'
    const workflow = defineWorkflow({ name: 'w', input: of(), result: of(), activities: [], decide: () => completeProcess(1) })
    const manager = createManager({ backend: createBackend({ records: createMemoryRecords() }), workflows: [workflow] })
    const stop = new AbortController()
    const running = createDecisionWorker(manager).run({ signal: stop.signal })
    const id = await manager.start(workflow, 1)
    await manager.result(id)
    stop.abort()
    await running
    await manager.start(workflow, 2)`,
  flows: `
    import { createFlowRunner, defineFlow, defineTask, of } from './flows/index.js'
    import { createMemoryRecords } from './records/memory/index.js'
    const task = defineTask({ name: 't', inputs: { a: of() }, outputs: { b: of() }, run: () => ({ b: 1 }) })
    const flow = defineFlow('f', [task])
    const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
    await runner.schedule(flow, { a: 1 })
    await runner.run()
    await runner.schedule(flow, { a: 2 })
    runner.close()`,
  steps: `
    import { createRunner, createState, createStepWorkflow, defineModel, defineStep, of } from './steps/index.js'
    const model = defineModel({ name: 'm', inputs: { a: of() }, outputs: { b: of() }, run: ({ a }) => ({ b: a + 1 }) })
    const step = defineStep({ model, inputs: { a: 'a' }, outputs: { b: 'b' } })
    const runner = createRunner({ workflow: createStepWorkflow([step]), state: createState({ a: 1 }, { mutable: true }) })
    await runner.run()`,
  'a clock and a codec': `
    import { systemClock } from './clock/index.js'
    import { sha256HexAsync } from './sha256/index.js'
    systemClock.now()
    await sha256HexAsync(new Uint8Array(1_000_000))`,
}

test.each(Object.entries(USES))('a program that has used %s ends by itself', async (name, contents) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`)
  const ts = fileURLToPath(new URL('../../ts/', import.meta.url))
  await build({
    stdin: { contents: `${contents}\nconsole.log('done')`, resolveDir: ts, loader: 'ts' },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    loader: { '.wasm': 'base64' },
    logLevel: 'silent',
  })
  const child = spawn(process.execPath, [file, folder])
  let told = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (told += String(data)))
  const ended = new Promise((resolve) => child.on('close', resolve))
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  expect(await ended, told).toBe(0)
  clearTimeout(patience)
  expect(told).toBe('done\n')
})
