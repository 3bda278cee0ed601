import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
let home = ''

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
  home = mkdtempSync(join(tmpdir(), 'unitflow-steps-'))
  await build({
    absWorkingDir: repository,
    entryPoints: [
      { in: 'ts/cli/main.ts', out: 'cli' },
      { in: 'ts/steps/index.ts', out: 'steps' },
      { in: 'ts/records/sqlite/index.ts', out: 'sqlite' },
    ],
    outdir: home,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    loader: { '.wasm': 'base64' },
    logLevel: 'silent',
  })
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'), 'dir')
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  writeFileSync(join(home, 'report.mjs'), MODULE)
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

function steps(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: home, env: { PATH: process.env['PATH'] ?? '', ...env } }
    const child = execFile(
      process.execPath,
      [join(home, 'cli.js'), 'steps', ...argv],
      options,
      (_, out, err) => {
        resolve({
          code: child.exitCode ?? -1,
          out,
          err: err.replace(/^.*SQLite.*\n.*--trace-warnings.*\n/m, ''),
        })
      },
    )
  })
}

test('S9 run, run again, plan and report in programs of their own', async () => {
  const first = await steps(['run', './report.mjs'])
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain('hello from a model\n')
  expect(first.out).toMatch(/completed after .*: 2 ran\n/)
  const again = await steps(['run', './report.mjs', '--json'])
  expect(again).toMatchObject({ code: 0, err: 'hello from a module\n' })
  expect(JSON.parse(again.out)).toMatchObject({ status: 'completed', ran: [], outputs: { done: true } })
  const plan = await steps(['plan', './report.mjs'], { FOLDER: 'b' })
  expect(plan.out).toMatch(
    /Read +run +inputs changed: folder "a" -> "b"\nWait +depends +on what Read will give\n$/,
  )
  expect((await steps(['report', './report.mjs'])).out).toMatch(/completed after .*: 2 skipped\n/)
})

test('S23 SIGINT calls a run off, which is 130; the next one goes on from there', async () => {
  const env = { PATH: process.env['PATH'] ?? '', FOLDER: 'c', MS: '60000' }
  const child = spawn(process.execPath, [join(home, 'cli.js'), 'steps', 'run', './report.mjs'], {
    cwd: home,
    env,
  })
  let out = ''
  child.stdout.on('data', (text: Buffer) => {
    if (!out.includes('step-progress Wait') && `${out}${text.toString()}`.includes('step-progress Wait'))
      child.kill('SIGINT')
    out += text.toString()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code).toBe(130)
  expect(out).toMatch(/canceled after .*: 1 ran, 1 came to nothing\n/)
  const next = await steps(['run', './report.mjs', '--json'], { FOLDER: 'c' })
  expect(JSON.parse(next.out)).toMatchObject({ status: 'completed', ran: ['Wait'] })
})
