import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopAtWork } from './work-processes.js'
import type { Work } from './work-processes.js'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
let home = ''
let program = ''
/** The application, whose file is looked at while it is open. */
let work: Work
const env = { PATH: process.env['PATH'] ?? '' }

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'unitflow-processes-'))
  program = join(home, 'cli.mjs')
  await build({
    absWorkingDir: repository,
    entryPoints: ['ts/cli/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    loader: { '.wasm': 'base64' },
    logLevel: 'silent',
  })
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'), 'dir')
  work = await shopAtWork(home)
})

afterAll(async () => {
  await work.close()
  rmSync(home, { recursive: true, force: true })
})

function unitflow(...argv: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'processes', ...argv], {
    cwd: home,
    env,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

/** A program that goes on, with what it has said so far. */
function started(...argv: readonly string[]): {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly until: (text: string) => Promise<void>
  readonly end: Promise<number | null>
} {
  const child = spawn(process.execPath, [program, 'processes', ...argv], { cwd: home, env })
  const said = { out: '', err: '' }
  let heard = (): void => undefined
  child.stderr.on('data', (text: Buffer) => (said.err += text.toString()))
  child.stdout.on('data', (text: Buffer) => {
    said.out += text.toString()
    heard()
  })
  return {
    child,
    said,
    until: async (text) => {
      while (!said.out.includes(text)) await new Promise<void>((resolve) => (heard = resolve))
    },
    end: new Promise((resolve) => child.once('close', resolve)),
  }
}

test('every command of the real program, beside an application that has the file open', async () => {
  for (const line of [
    ['list', 'work.db'],
    ['show', 'work.db', 'order-1'],
    ['history', 'work.db', 'order-1'],
    ['history', 'work.db', 'order-1', '--json'],
    ['stats', 'work.db'],
    ['signal', 'work.db', 'order-1', 'hurry'],
    ['cancel', 'work.db', 'order-2-invoice'],
  ]) {
    expect(unitflow(...line), line.join(' ')).toMatchObject({ code: 0, err: '' })
  }
  // The application sees what was done, and goes on.
  expect((await work.backend.history('order-1')).at(-1)).toMatchObject({ type: 'signal', name: 'hurry' })
  expect(await work.backend.process('order-2-invoice')).toMatchObject({ closed: {} })
  await work.settle()
  expect(unitflow('show', 'work.db', 'nobody')).toMatchObject({ code: 4, out: '' })
})

test('--watch sees what the application does; SIGINT ends it in order, and that is no failure', async () => {
  const { child, said, until, end } = started('list', 'work.db', '--open', '--watch')
  await until('poison-1')
  await work.backend.startProcess({ workflow: 'invoice', id: 'later' })
  await until('later')
  child.kill('SIGINT')
  expect(await end).toBe(0)
  expect(said.err).toBe('')
})

test('a process that closes ends its --watch', async () => {
  await work.backend.startProcess({ workflow: 'invoice', id: 'short' })
  const { until, said, end } = started('history', 'work.db', 'short', '--watch', '--json')
  await until('process-started')
  await work.backend.cancelProcess('short')
  expect(await end).toBe(0)
  expect(said).toMatchObject({
    out: expect.stringMatching(/"type":"process-closed".*\n$/) as string,
    err: '',
  })
})

test('a reader that goes away ends the program, which is no failure', async () => {
  const { child, said, until, end } = started('list', 'work.db', '--watch')
  await until('poison-1')
  child.stdout?.destroy()
  // Whoever writes finds out with the first write, and is asked for another with the next change.
  let number = 0
  const changing = setInterval(() => {
    void work.backend.startProcess({ workflow: 'invoice', id: `more-${++number}` })
  }, 100)
  expect(await end).toBe(0)
  clearInterval(changing)
  expect(said.err).toBe('')
})
