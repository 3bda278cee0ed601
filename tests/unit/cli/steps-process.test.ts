import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtCommand } from './built-command.js'
import type { BuiltCommand, ProgramOutcome } from './built-command.js'

let command: BuiltCommand

/** A module as users write it: it prints, leaves something open, and keeps its state in a file. */
const MODULE = `
import { createRecordState, createRunner, createStepWorkflow, defineModel, defineStep, of } from './steps.js'
import { createSqliteRecords } from './sqlite.js'
setInterval(() => undefined, 1000)
console.log('hello from a module')
const any = of()
const read = defineModel({ name: 'Read', inputs: { folder: any }, outputs: { rows: any },
  run: ({ folder }) => { console.log('hello from a model'); return { rows: [folder, 'row'] } } })
const wait = defineModel({ name: 'Wait', inputs: { rows: any, ms: any }, outputs: { done: any },
  run: ({ ms }, { signal, progress }) => new Promise((resolve, reject) => {
    progress(10, 'waiting')
    const timer = setTimeout(() => resolve({ done: true }), ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason) })
  }) })
const workflow = createStepWorkflow([
  defineStep({ model: read, inputs: { folder: 'folder' }, outputs: { rows: 'rows' } }),
  defineStep({ model: wait, inputs: { rows: 'rows', ms: 'ms' }, outputs: { done: 'done' } }),
])
export async function runner() {
  const state = createRecordState({ records: createSqliteRecords({ path: 'state.db' }), name: 's', mutable: true })
  await state.setMany({ folder: process.env.FOLDER ?? 'a', ms: Number(process.env.MS ?? 1) })
  return createRunner({ workflow, state, reports: true })
}
`

beforeAll(async () => {
  command = await builtCommand({ steps: 'ts/steps/index.ts', sqlite: 'ts/records/sqlite/index.ts' })
  command.write('report.mjs', MODULE)
})

afterAll(() => command.remove())

function steps(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ProgramOutcome {
  const { code, out, err } = command.run(['steps', ...argv], { env })
  // Some versions of Node warn of their SQLite, which the module opens.
  return { code, out, err: err.replace(/^.*SQLite.*\n.*--trace-warnings.*\n/m, '') }
}

test('S9 run, run again, plan and report in programs of their own', async () => {
  const first = steps(['run', './report.mjs'])
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain('hello from a model\n')
  expect(first.out).toMatch(/completed after .*: 2 ran\n/)
  const again = steps(['run', './report.mjs', '--json'])
  expect(again).toMatchObject({ code: 0, err: 'hello from a module\n' })
  expect(JSON.parse(again.out)).toMatchObject({ status: 'completed', ran: [], outputs: { done: true } })
  const plan = steps(['plan', './report.mjs'], { FOLDER: 'b' })
  expect(plan.out).toMatch(
    /Read +run +inputs changed: folder "a" -> "b"\nWait +depends +on what Read will give\n$/,
  )
  expect(steps(['report', './report.mjs']).out).toMatch(/completed after .*: 2 skipped\n/)
})

test('S23 SIGINT calls a run off, which is 130; the next one goes on from there', async () => {
  const run = command.start(['steps', 'run', './report.mjs'], { env: { FOLDER: 'c', MS: '60000' } })
  await run.until('step-progress Wait')
  run.child.kill('SIGINT')
  expect(await run.end).toBe(130)
  expect(run.said.out).toMatch(/canceled after .*: 1 ran, 1 came to nothing\n/)
  const next = steps(['run', './report.mjs', '--json'], { FOLDER: 'c' })
  expect(JSON.parse(next.out)).toMatchObject({ status: 'completed', ran: ['Wait'] })
})
