import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
import { builtCommand } from './built-command.js'
import type { BuiltCommand, ProgramOutcome } from './built-command.js'
import { example, specsOf } from './command-line.js'

let command: BuiltCommand
let count = 0

beforeAll(async () => {
  command = await builtCommand()
})

afterAll(() => command.remove())

function folder(): string {
  const path = join(command.folder, `work-${++count}`)
  mkdirSync(path)
  return path
}

const ENV = { PATH: process.env['PATH'] ?? '' }

function unitflow(cwd: string, argv: readonly string[], input = ''): ProgramOutcome {
  return command.run(argv, { cwd, input })
}

test('exit codes of the real program', () => {
  const cwd = folder()
  const file = example('approval.c')
  writeFileSync(join(cwd, 'gone.json'), specsOf({ Top: ['Gone'] }))
  expect(unitflow(cwd, ['--version'])).toMatchObject({ code: 0, err: '' })
  expect(unitflow(cwd, ['cache', file])).toMatchObject({ code: 0, err: '' })
  expect(unitflow(cwd, ['check', 'gone.json'])).toMatchObject({ code: 1 })
  expect(unitflow(cwd, [])).toMatchObject({ code: 2, out: '' })
  expect(unitflow(cwd, ['cache', '-', '--key', 'k'], '<a/>')).toMatchObject({ code: 3, out: '' })
  expect(unitflow(cwd, ['list', '--store', 'nowhere'])).toMatchObject({ code: 4, out: '' })
  expect(unitflow(cwd, ['cache', file, '--store', join(cwd, 'gone.json')])).toMatchObject({
    code: 4,
    out: '',
  })
})

test('a pipe has no colours and no bar, and takes large output whole', () => {
  const cwd = folder()
  const specs = generateWorkflow({ processes: 400 })
  const shown = unitflow(cwd, ['decompose', '-'], specs)
  expect(shown.code).toBe(0)
  expect(shown.out + shown.err).not.toContain('\u001b')
  const manifest = unitflow(cwd, ['decompose', '-', '--json'], specs)
  expect(manifest.out.length).toBeGreaterThan(200_000)
  expect(JSON.parse(manifest.out)).toMatchObject({ processes: { length: 400 } })
})

test('what show says to type next works as it stands', () => {
  const cwd = folder()
  const shown = unitflow(cwd, ['show', example('order-company.c')])
  expect(shown.code).toBe(0)
  const commands = shown.out.split('\n').flatMap((line) => (line.startsWith('  node ') ? [line.trim()] : []))
  expect(commands).toHaveLength(6)
  const bin = join(process.execPath, '..')
  for (const command of commands) {
    const { status, stderr } = spawnSync('sh', ['-c', command], {
      cwd,
      env: { PATH: `${bin}:${ENV.PATH}` },
      encoding: 'utf8',
    })
    expect(status, `${command}\n${stderr}`).toBe(0)
  }
  expect(readFileSync(join(cwd, 'order-company.svg'), 'utf8')).toMatch(/^<svg /)
})

test('called by the name of its bin it names itself so', () => {
  const cwd = folder()
  symlinkSync(command.program, join(cwd, 'unitflow'))
  const { stderr } = spawnSync(process.execPath, [join(cwd, 'unitflow'), 'list'], {
    cwd,
    env: ENV,
    encoding: 'utf8',
  })
  expect(stderr).toContain('hint: Nothing was cached there yet: unitflow cache <specs>')
  const npx = { ...ENV, npm_command: 'exec' }
  expect(
    spawnSync(process.execPath, [join(cwd, 'unitflow'), 'list'], { cwd, env: npx, encoding: 'utf8' }).stderr,
  ).toContain('npx unitflow cache <specs>')
})

test('-o replaces a file whole, follows a link, and leaves nothing beside it', () => {
  const cwd = folder()
  mkdirSync(join(cwd, 'out'))
  writeFileSync(join(cwd, 'out/real.svg'), 'old')
  symlinkSync('real.svg', join(cwd, 'out/link.svg'))
  expect(unitflow(cwd, ['graph', example('approval.c'), '-o', 'out/link.svg'])).toMatchObject({ code: 0 })
  expect(lstatSync(join(cwd, 'out/link.svg')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(cwd, 'out/real.svg'), 'utf8')).toMatch(/^<svg /)
  expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['link.svg', 'real.svg'])
  expect(unitflow(cwd, ['graph', example('approval.c'), '-o', 'out', '--format', 'svg'])).toMatchObject({
    code: 4,
  })
  expect(unitflow(cwd, ['graph', example('approval.c'), '-o', 'nowhere/x.svg'])).toMatchObject({
    code: 4,
    err: 'error[file] cannot write nowhere/x.svg: there is no such file or folder\n',
  })
})

test('a reader that goes away is no failure, and what is asked for is done', async () => {
  const cwd = folder()
  const { child, said, end } = command.start(['show', example('order-company.c')], { cwd })
  child.stdout.destroy()
  expect(await end).toBe(0)
  expect(said.err).toBe('')
  expect(unitflow(cwd, ['verify'])).toMatchObject({ code: 0 })
})

test('SIGINT while it waits for stdin: 130, soon, and nothing is made', async () => {
  const cwd = folder()
  const { child, said, end } = command.start(['cache', '-', '--key', 'k'], { cwd })
  child.stdin.on('error', () => undefined)
  // More than a pipe holds: once it is taken, the program is reading.
  await new Promise((resolve) => child.stdin.write(' '.repeat(1_000_000), resolve))
  child.kill('SIGINT')
  expect(await end).toBe(130)
  expect(said.err).toBe('error[interrupted] ended before it was done\n')
  expect(readdirSync(cwd)).toEqual([])
})

test('U30 SIGINT while it writes: 130, no version is there in part, caching again mends all', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'big.json'), generateWorkflow({ processes: 1500 }))
  const { child, end } = command.start(['cache', 'big.json'], { cwd })
  const objects = join(cwd, '.unitflow/v2/objects')
  const isWriting = (): boolean => {
    try {
      return readdirSync(objects).length > 0
    } catch {
      return false
    }
  }
  while (!isWriting()) await delay(2)
  child.kill('SIGINT')
  expect(await end).toBe(130)
  expect(readdirSync(join(cwd, '.unitflow/v2'))).toEqual(['objects'])
  expect(unitflow(cwd, ['read', 'big', 'x'])).toMatchObject({ code: 4 })
  expect(unitflow(cwd, ['cache', 'big.json'])).toMatchObject({ code: 0 })
  expect(unitflow(cwd, ['verify'])).toMatchObject({ code: 0 })
})
