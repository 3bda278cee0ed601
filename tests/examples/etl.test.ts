import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const application = inject('application')
/** The example, of one test. */
let example: string

beforeEach(async () => {
  example = await mkdtemp(join(application, 'etl-'))
  await cp(join(root, 'examples/etl'), example, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|\.etl)$/.test(path),
  })
  await mkdir(join(example, 'node_modules'))
  await symlink(join(root, 'node_modules/zod'), join(example, 'node_modules/zod'), 'junction')
  return () => rm(example, { recursive: true, force: true })
})

interface Ended {
  /** The exit code, or the signal that has ended it. */
  readonly ended: number | string | null
  readonly said: string
  readonly complained: string
  /** What became of each step. */
  readonly steps: readonly string[]
}

async function main(...args: readonly string[]): Promise<Ended> {
  return node('main.mjs', ...args)
}

async function node(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', ...args], { cwd: example })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said, complained, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, string | null]>,
  ])
  const steps = said.split('\n').flatMap((line) => /^(?:extract|transform|load) +\w+/.exec(line) ?? [])
  return { ended: signal ?? code, said, complained, steps: steps.map((step) => step.replace(/ +/, ' ')) }
}

async function edit(name: string, from: string, to: string): Promise<void> {
  const path = join(example, 'input', name)
  const before = await readFile(path, 'utf8')
  expect(before).toContain(from)
  await writeFile(path, before.replace(from, to))
}

function summary(): Promise<string> {
  return readFile(join(example, '.etl/summary.csv'), 'utf8')
}

const ALL_RAN = ['extract ran', 'transform ran', 'load ran']
const ALL_SKIPPED = ['extract skipped', 'transform skipped', 'load skipped']
const SUMMARY =
  'product,quantity,revenue\nCandle,5,60.00\nTea,12,54.00\n"Honey, 500 g",4,35.60\nTotal,21,149.60\n'

test('S28 the three steps run once, and a second run skips all of them', async () => {
  const first = await main()
  expect(first).toMatchObject({ ended: 0, steps: ALL_RAN, complained: '' })
  expect(first.said).toMatch(/^load +ran .*has never run$/m)
  expect(await summary()).toBe(SUMMARY)
  const { mtimeMs, ino } = await stat(join(example, '.etl/summary.csv'))

  const second = await main()
  expect(second).toMatchObject({ ended: 0, steps: ALL_SKIPPED, complained: '' })
  expect(second.said.match(/nothing has changed that it needs$/gm)).toHaveLength(3)
  expect(await stat(join(example, '.etl/summary.csv'))).toMatchObject({ mtimeMs, ino })
  expect((await readdir(join(example, '.etl'))).some((name) => name.endsWith('.part'))).toBe(false)
})

test('S12 S31 a change of one input runs what depends on it, and nothing where the content is the same', async () => {
  await main()
  await edit('prices.json', '450', '500')
  const priced = await main()
  expect(priced.steps).toEqual(['extract skipped', 'transform ran', 'load ran'])
  expect(priced.said).toMatch(/^transform .* changed: prices$/m)
  expect(priced.said).toMatch(/^load .* changed: sales\.summary \([0-9a-f]{8}… is now [0-9a-f]{8}…\)$/m)
  expect(await summary()).toContain('Tea,12,60.00\n')

  // The same prices in another order, and the same rows in other words.
  await writeFile(join(example, 'input/prices.json'), '{"Tea": 500, "Candle": 1200, "Honey, 500 g": 890}')
  expect((await main()).steps).toEqual(ALL_SKIPPED)
  await edit('orders.csv', '2026-11-18,Tea', '2026-11-18,"Tea"')
  const quoted = await main()
  expect(quoted.steps).toEqual(['extract ran', 'transform skipped', 'load skipped'])
  expect(quoted.said).toMatch(/^extract .*gave what it had given$/m)

  await edit('orders.csv', 'Candle,4', 'Candle,5')
  expect((await main()).steps).toEqual(ALL_RAN)
  await edit('orders.csv', 'Candle,5', 'Candle,4')
  const back = await main()
  // What was computed before is taken for it; a file is not given back by that.
  expect(back.steps).toEqual(['extract skipped', 'transform skipped', 'load ran'])
  expect(back.said).toMatch(/^extract .*computed before, of the same inputs$/m)
  expect(await summary()).toContain('Candle,5,60.00\n')
})

test('S23 S28 a broken row fails where it is read, and with the row repaired the run goes on there', async () => {
  await main()
  await edit('orders.csv', '2026-11-20,Tea,2', '2026-11-20,Tea,two')
  const broken = await main()
  expect(broken).toMatchObject({ ended: 1, steps: ['extract ran', 'transform failed', 'load blocked'] })
  expect(broken.complained).toContain(
    "invalid-value: step 'transform': input 'orders' (the state 'orders.rows'): /4/quantity: expected a whole number from 1",
  )
  expect(await summary()).toBe(SUMMARY)
  // It is tried again, and what came before is not.
  expect((await main()).steps).toEqual(['extract skipped', 'transform failed', 'load blocked'])

  await edit('orders.csv', 'Tea,two', 'Tea,3')
  expect(await main()).toMatchObject({ ended: 0, steps: ALL_RAN })
  expect(await summary()).toContain('Tea,13,58.50\n')

  await edit('prices.json', '1200', '-1200')
  expect((await main()).complained).toContain(
    "step 'transform': input 'prices' (the state 'prices'): /Candle: ",
  )
  await edit('prices.json', '-1200', '1300')
  expect((await main()).steps).toEqual(['extract skipped', 'transform ran', 'load ran'])

  await edit('orders.csv', 'Candle,1', '"Candle,1')
  expect((await main()).steps).toEqual(['extract failed', 'transform blocked', 'load blocked'])
})

test('S20 S23 a program that is killed between two steps is gone on with, and the file is whole at all times', async () => {
  expect((await main('--kill-after', 'extract')).ended).toBe('SIGKILL')
  const next = await main('--kill-after', 'transform')
  // What it had begun meanwhile may have been kept, too.
  expect(next.ended === 'SIGKILL' || next.steps[0] === 'extract skipped').toBe(true)
  const third = await main()
  expect(third.ended).toBe(0)
  expect(third.steps.slice(0, 2)).toEqual(['extract skipped', 'transform skipped'])
  expect(await summary()).toBe(SUMMARY)

  await edit('prices.json', '890', '900')
  expect((await main('--kill-in', 'load')).ended).toBe('SIGKILL')
  expect(await summary()).toBe(SUMMARY)
  const resumed = await main()
  expect(resumed).toMatchObject({ ended: 0, steps: ['extract skipped', 'transform skipped', 'load ran'] })
  expect(await summary()).toContain('"Honey, 500 g",4,36.00\n')
  expect((await main()).steps).toEqual(ALL_SKIPPED)
})

test('S30 a summary that was deleted or edited is written again, and nothing else', async () => {
  await main()
  await rm(join(example, '.etl/summary.csv'))
  expect((await main()).steps).toEqual(['extract skipped', 'transform skipped', 'load ran'])
  await writeFile(join(example, '.etl/summary.csv'), 'Total,0,0.00\n')
  const forced = await main()
  expect(forced.said).toMatch(/^load +ran .*it was asked for; gave what it had given$/m)
  expect(await summary()).toBe(SUMMARY)
})

test('a file of more than a record may take goes through', async () => {
  const rows = Array.from({ length: 60_000 }, () => '2026-11-18,Tea,1\n').join('')
  await writeFile(join(example, 'input/orders.csv'), `date,product,quantity\n${rows}`)
  expect(await main()).toMatchObject({ ended: 0, steps: ALL_RAN, complained: '' })
  expect(await summary()).toContain('Tea,60000,270000.00\n')
  expect((await main()).steps).toEqual(ALL_SKIPPED)
})

test('S31 the command plans, runs and tells of its runner', async () => {
  const cli = join(application, 'node_modules/unitflow/dist/cli.js')
  const plan = await node(cli, 'steps', 'plan', './runner.mjs', '--json')
  expect(JSON.parse(plan.said)).toMatchObject({ runs: ['extract'], depends: ['transform', 'load'] })
  expect((await node(cli, 'steps', 'run', './runner.mjs')).ended).toBe(0)
  expect(await summary()).toBe(SUMMARY)
  expect((await main()).steps).toEqual(ALL_SKIPPED)
  const report = await node(cli, 'steps', 'report', './runner.mjs', '--json')
  expect(JSON.parse(report.said)).toMatchObject({ status: 'completed', ran: [] })
})

test.each([
  [['--kill-after', 'lunch'], 2, 'usage: node main.mjs'],
  [['--kill-in', 'extract'], 2, 'usage: node main.mjs'],
  [['extract'], 2, "Unexpected argument 'extract'"],
  [['--input', 'nowhere'], 1, 'ENOENT'],
])('%j ends with %i: %s', async (args, code, message) => {
  const { ended, complained } = await main(...args)
  expect(ended).toBe(code)
  expect(complained).toContain(message)
})

test('prices that are no JSON are refused by the name of their file, and the state stays', async () => {
  await main()
  await edit('prices.json', '{', '[')
  const { ended, complained } = await main()
  expect(ended).toBe(1)
  expect(complained).toContain('prices.json: ')
  await edit('prices.json', '[', '{')
  expect((await main()).steps).toEqual(ALL_SKIPPED)
})
