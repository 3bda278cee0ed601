import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
let home = ''
const env = { PATH: process.env['PATH'] ?? '' }

/** A module as users write it: it prints, and leaves something open. */
const MODULE = `
import { defineFlow, defineTask, of } from './unitflow-flows.js'
setInterval(() => undefined, 1000)
const hello = defineTask({ name: 'hello', inputs: { item: of() }, outputs: { price: of() },
  run: ({ item }) => { console.log('hello from a task'); return { price: item.length } } })
const wait = defineTask({ name: 'wait', inputs: { ms: of() },
  run: ({ ms }, { signal }) => new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason) })
  }) })
// It goes on, whatever it is told.
const deaf = defineTask({ name: 'deaf', inputs: {}, run: () => new Promise(() => undefined) })
export const order = defineFlow('order', [hello])
export default [defineFlow('waiting', [wait]), defineFlow('deaf', [deaf])]
`

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'unitflow-flows-'))
  await build({
    absWorkingDir: repository,
    entryPoints: [
      { in: 'ts/cli/main.ts', out: 'cli' },
      { in: 'ts/flows/index.ts', out: 'unitflow-flows' },
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
  writeFileSync(join(home, 'flows.mjs'), MODULE)
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

/** The program, with what it has said so far. */
function flows(...argv: readonly string[]): {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly until: (text: string) => Promise<void>
  readonly end: Promise<number | null>
} {
  const child = spawn(process.execPath, [join(home, 'cli.js'), 'flows', ...argv], { cwd: home, env })
  const said = { out: '', err: '' }
  let heard = (): void => undefined
  child.stderr.on('data', (text: Buffer) => {
    said.err += text.toString()
    heard()
  })
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

test('a module of the user is run to its end, though it leaves something open', async () => {
  const { said, end } = flows('run', './flows.mjs', 'order', '--input', '{"item":"book"}', '--id', 'o-1')
  expect(await end).toBe(0)
  expect(said.err).toBe('o-1 is kept in flows.db\n')
  expect(said.out).toContain('\nhello from a task\n')
  expect(said.out).toMatch(/ flow-completed\nresult {2}\{"item":"book","price":4\}\n$/)
})

test('for machines stdout is one document, whatever tasks print', async () => {
  const { said, end } = flows('run', './flows.mjs', 'order', '--input', '{"item":"book"}', '--json')
  expect(await end).toBe(0)
  expect(JSON.parse(said.out)).toMatchObject({ status: 'completed', result: { price: 4 } })
  expect(said.err).toBe('hello from a task\n')
})

test('a module that is wrong is an error in a line', async () => {
  writeFileSync(join(home, 'wrong.mjs'), 'let let = 1')
  const { said, end } = flows('run', './wrong.mjs', 'order')
  expect(await end).toBe(4)
  expect(said).toMatchObject({
    out: '',
    err: expect.stringMatching(
      /^error\[bad-module\] cannot import \.\/wrong\.mjs: SyntaxError: .*\n$/,
    ) as string,
  })
})

test('F26 SIGINT gives it back; a worker goes on with it, is watched, and ends in order', async () => {
  const interrupted = flows(
    'run',
    './flows.mjs',
    'waiting',
    '--input',
    '{"ms":1000}',
    '--id',
    'w-1',
    '--grace',
    '0ms',
  )
  await interrupted.until('task-started')
  interrupted.child.kill('SIGINT')
  expect(await interrupted.end).toBe(130)
  expect(interrupted.said.out).toContain('flow-released')

  const worker = flows('work', './flows.mjs')
  const watching = flows('watch', 'flows.db', 'w-1')
  expect(await watching.end).toBe(0)
  expect(watching.said.out).toMatch(/ flow-completed\n$/)
  await worker.until('flow-completed')
  worker.child.kill('SIGINT')
  expect(await worker.end).toBe(0)
})

test('a task that hears nothing does not outlive the runner that has given it back', async () => {
  const { child, until, end, said } = flows('run', './flows.mjs', 'deaf', '--id', 'd-1', '--grace', '10s')
  await until('task-started')
  child.kill('SIGINT')
  while (!said.err.includes('^C again'))
    await until('task-started').then(() => new Promise((resolve) => setTimeout(resolve, 10)))
  child.kill('SIGINT')
  expect(await end).toBe(130)
  const recovered = flows('cancel', 'flows.db', 'd-1')
  expect(await recovered.end).toBe(0)
  expect(recovered.said.out).toBe('d-1 is canceled when its task has ended\n')
})
