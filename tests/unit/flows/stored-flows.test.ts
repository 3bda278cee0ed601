import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { beforeEach, expect, test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import { createFlowRunner, defineFlow, defineTask, FLOW_STATUSES, of } from '../../../ts/flows/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitflow-stored-flows-'))
  return () => rm(folder, { recursive: true })
})

const VALUES = {
  text: 'ä\ud83d\ude00\u0000',
  when: new Date(0),
  all: [undefined, NaN, -0, 12n, new Uint8Array([1, 2])],
}

const first = defineTask({
  name: 'first',
  inputs: { given: of<typeof VALUES>() },
  outputs: { passed: of<typeof VALUES>() },
  run: ({ given }) => ({ passed: given }),
})
const second = defineTask({
  name: 'second',
  inputs: { passed: of<typeof VALUES>() },
  outputs: { ended: of<boolean>() },
  run: ({ passed }) => {
    if (passed.text === 'fail') throw new Error('told to')
    return { ended: true }
  },
})
const flow = defineFlow('flow', [first, second])

test('F22 an SQLite file that was closed and opened again has all that was in it, values as they were', async () => {
  const path = join(folder, 'flows.db')
  const before = createSqliteRecords({ path })
  const runner = createFlowRunner({ records: before, flows: [flow] })
  const done = await runner.schedule(flow, { given: VALUES })
  await runner.run()
  const waiting = await runner.schedule(flow, { given: VALUES })
  const history = await runner.history(done)
  runner.close()
  await before.close()

  const after = createSqliteRecords({ path })
  const again = createFlowRunner({ records: after, flows: [flow] })
  expect(await again.context(done)).toEqual({ given: VALUES, passed: VALUES, ended: true })
  expect(await again.history(done)).toEqual(history)
  expect(await again.run()).toMatchObject({ id: waiting, result: { given: VALUES, passed: VALUES } })
  again.close()
  await after.close()
})

test('F22 records in memory are gone with their store', async () => {
  const options = { flows: [flow] }
  await createFlowRunner({ ...options, records: createMemoryRecords() }).schedule(flow, { given: VALUES })
  expect((await createFlowRunner({ ...options, records: createMemoryRecords() }).list()).executions).toEqual(
    [],
  )
})

test('F21 each attempt of a task is logged with its name, number and time, and only while the flow runs', async () => {
  const clock = createManualClock(1000)
  const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow], clock })
  const id = await runner.schedule(flow, { given: { ...VALUES, text: 'fail' } })
  await runner.run()
  const logged = (await runner.history(id)).filter(({ type }) => type.startsWith('task-'))
  expect(logged).toMatchObject([
    { type: 'task-started', task: 'first', attempt: 1, at: 1000 },
    { type: 'task-completed', task: 'first', attempt: 1, duration: 0 },
    { type: 'task-started', task: 'second', attempt: 1 },
    { type: 'task-failed', task: 'second', attempt: 1, error: { message: 'told to' } },
  ])
  await expect(runner.run({ id })).rejects.toMatchObject({ code: 'illegal-transition' })
  expect(await runner.history(id)).toHaveLength((logged.at(-1)?.step ?? 0) + 2)
})

test('F27 importing writes and opens no file', async () => {
  const ts = fileURLToPath(new URL('../../../ts/', import.meta.url))
  const file = join(folder, 'imported.mjs')
  const contents = `import * as flows from './flows/index.js'
    import * as sqlite from './records/sqlite/index.js'
    console.log(Object.keys({ ...flows, ...sqlite }).length > 3)`
  await build({
    stdin: { contents, resolveDir: ts },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  })
  // Whatever is read beside it, or written, is refused and ends the program.
  const args = ['--permission', `--allow-fs-read=${folder}/*`, file]
  expect(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })).toBe('true\n')
  expect(await readdir(folder)).toEqual(['imported.mjs'])
})

test('F29 what is told of an execution is plain data that can be printed, whatever it is at', async () => {
  const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
  const id = await runner.schedule(flow, { given: { ...VALUES, text: 'fail' } })
  const seen = new Set<string>()
  const look = async (): Promise<void> => {
    const info = await runner.execution(id)
    seen.add(info.status)
    expect(JSON.parse(JSON.stringify(info))).toEqual(info)
    for (const event of await runner.history(id)) {
      expect(structuredClone(event)).toEqual(event)
      expect(inspect(event)).toContain(event.type)
    }
  }
  await look()
  await runner.pause(id)
  await look()
  await runner.resume(id)
  await runner.run()
  await look()
  await runner.reschedule(id)
  await look()
  await runner.cancel(id)
  await look()
  expect([...seen]).toEqual(['scheduled', 'paused', 'failed', 'rescheduled', 'canceled'])
  expect(FLOW_STATUSES.every((status) => typeof status === 'string')).toBe(true)
})
