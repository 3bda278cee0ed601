import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtCommand, ended } from './built-command.js'
import type { BuiltCommand, ProgramOutcome } from './built-command.js'
import { fill } from './shop-records.js'

/** More than pipes and streams keep. */
const RECORDS = 20_000
let command: BuiltCommand
/** Where the program keeps what is temporary. */
let temporary = ''

beforeAll(async () => {
  command = await builtCommand()
  temporary = join(command.folder, 'temporary')
  mkdirSync(temporary)
  await fill(command.folder, 'shop.db', (transaction) => {
    for (let number = 0; number < RECORDS; number++) transaction.set(['orders', number], 'x'.repeat(200))
  })
})

afterAll(() => command.remove())

function unitflow(argv: readonly string[], node: readonly string[] = [], input = ''): ProgramOutcome {
  return command.run(argv, { node, input, env: { TMPDIR: temporary } })
}

function spawned(...argv: readonly string[]): ChildProcessWithoutNullStreams {
  return command.spawn(['records', ...argv], { env: { TMPDIR: temporary } })
}

test('every command of the real program, which says nothing on stderr', () => {
  expect(unitflow(['records', 'ls', 'shop.db'])).toMatchObject({ code: 0, err: '' })
  expect(unitflow(['records', 'get', 'shop.db', '["orders",0]'])).toMatchObject({ code: 0, err: '' })
  expect(unitflow(['records', 'check', 'shop.db'])).toMatchObject({ code: 0, err: '' })
  expect(unitflow(['records', 'backup', 'shop.db', 'copy.db'])).toMatchObject({ code: 0, err: '' })
  const exported = unitflow(['records', 'export', 'shop.db'])
  expect(exported).toMatchObject({ code: 0, err: '' })
  expect(exported.out.endsWith(`\n{"records":${RECORDS}}\n`)).toBe(true)
  expect(unitflow(['records', 'export', 'shop.db', '-o', 'shop.jsonl'])).toMatchObject({ code: 0, err: '' })
  expect(readFileSync(join(command.folder, 'shop.jsonl'), 'utf8')).toBe(exported.out)
  expect(unitflow(['records', 'import', 'new.db'], [], exported.out)).toMatchObject({ code: 0, err: '' })
  expect(unitflow(['records', 'export', 'new.db']).out).toBe(exported.out)
  expect(unitflow(['records', 'export', 'shop.db', '-o', 'none/shop.jsonl'])).toMatchObject({
    code: 4,
    err: 'error[file] cannot write none/shop.jsonl: there is no such file or folder\n',
  })
  expect(readdirSync(temporary)).toEqual([])
})

test('Node saying that its SQLite is experimental, as some versions do, is kept from the user', () => {
  const saying = [
    '--import',
    `data:text/javascript,const load = process.getBuiltinModule;
      process.getBuiltinModule = (name) => (process.emitWarning(name + ' is experimental'), load(name))`,
  ]
  expect(unitflow(['records', 'ls', 'shop.db'], saying)).toMatchObject({ code: 0, err: '' })
})

test('SQLite is loaded by records alone', () => {
  const without = [
    '--import',
    `data:text/javascript,process.getBuiltinModule = (name) => { throw new Error(name) }`,
  ]
  expect(unitflow(['--version'], without)).toMatchObject({ code: 0, err: '' })
  expect(unitflow(['list'], without).err).toMatch(/^error\[root-missing\]/)
  expect(unitflow(['records', '--help'], without)).toMatchObject({ code: 0, err: '' })
  expect(unitflow(['records', 'ls', 'shop.db'], without).err).toMatch(/^error\[sqlite-unavailable\]/)
})

test('an export to a slow reader is whole, and holds up nobody who writes', async () => {
  const child = spawned('export', 'shop.db')
  const end = ended(child)
  await new Promise((resolve) => child.stdout.once('readable', resolve))
  await fill(command.folder, 'shop.db', (transaction) => transaction.set(['later'], 1))
  let text = ''
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) text += chunk.toString()
  expect(await end).toBe(0)
  expect(text.endsWith(`\n{"records":${RECORDS}}\n`)).toBe(true)
  expect(text).not.toContain('"later"')
})

test('a reader that goes away ends the export, which is no failure', async () => {
  const child = spawned('export', 'shop.db')
  let err = ''
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const end = ended(child)
  child.stdout.once('data', () => child.stdout.destroy())
  expect(await end).toBe(0)
  expect(err).toBe('')
  expect(readdirSync(temporary)).toEqual([])
})

test('SIGINT while nobody takes the export: 130, and no copy is left', async () => {
  const child = spawned('export', 'shop.db')
  let err = ''
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const end = ended(child)
  await new Promise((resolve) => child.stdout.once('readable', resolve))
  child.kill('SIGINT')
  while (readdirSync(temporary).length > 0) await delay(5)
  child.stdout.resume()
  expect(await end).toBe(130)
  expect(err).toBe('error[interrupted] ended before it was done\n')
})

test('SIGINT while an import waits for its input, or reads it: 130, and nothing is made', async () => {
  for (const whole of [false, true]) {
    const child = spawned('import', 'never.db')
    const end = ended(child)
    child.stdin.on('error', () => undefined)
    const line = (number: number): string => `{"key":["orders",${number}],"value":${'1'.repeat(12)}}\n`
    const lines = Array.from({ length: 50_000 }, (_, number) => line(number)).join('')
    // More than a pipe holds: once it is taken, the program is reading.
    await new Promise((resolve) =>
      child.stdin.write(`{"format":"unitflow-records","version":1}\n${lines}`, resolve),
    )
    if (whole) child.stdin.end('{"records":50000}\n')
    child.kill('SIGINT')
    expect(await end).toBe(130)
    expect(existsSync(join(command.folder, 'never.db'))).toBe(false)
  }
})
