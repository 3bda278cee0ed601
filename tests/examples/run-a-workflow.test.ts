import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBackend, createManager } from 'unitflow/deciders'
import type { ProcessInfo } from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import type { CompletedUnitElement } from 'unitflow/deciders/units'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { SCRIPTS } from '../../examples/run-a-workflow/bindings.js'
import { SERVICES } from '../../examples/run-a-workflow/services.js'
import { run } from '../packaging/run.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = join(inject('application'), 'examples-run')
const example = join(examples, 'run-a-workflow')
const COMPANY = join(examples, 'workflows/order-company.c.json')
/** Holds the run of one test. */
let folder: string

/** A copy as a user has it: `unitflow` comes from the packed tarball, the tools from beside it. */
beforeAll(async () => {
  for (const name of ['run-a-workflow', 'workflows']) {
    const filter = (path: string): boolean => !/[/\\](node_modules|\.run)$/.test(path)
    await cp(join(root, 'examples', name), join(examples, name), { recursive: true, filter })
  }
  await mkdir(join(example, 'node_modules/@types'), { recursive: true })
  for (const tool of ['typescript', '@types/node']) {
    await symlink(join(root, 'node_modules', tool), join(example, 'node_modules', tool))
  }
})
beforeEach(async () => {
  folder = await mkdtemp(join(inject('application'), 'run-'))
  return () => rm(folder, { recursive: true, force: true })
})

const POLL = { timeout: 60_000, interval: 20 }
const QUESTION = 'Done? y, n, JSON of the variables that it sets, or ? for those that there are:\n'

/** The program, with somebody at its pipe. */
class Program {
  said = ''
  readonly #child
  readonly #ended: Promise<unknown[]>

  constructor(...args: readonly string[]) {
    const command = ['--no-warnings', join(example, 'run.mjs'), '--folder', folder, ...args]
    this.#child = spawn(process.execPath, command, { cwd: folder })
    this.#ended = once(this.#child, 'close')
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output.on('data', (piece) => (this.said += String(piece)))
    }
    onTestFinished(() => void this.#child.kill('SIGKILL'))
  }

  async says(text: string): Promise<void> {
    await expect.poll(() => this.said, POLL).toContain(text)
  }

  /** Waits until a task is asked for, and answers. */
  async answer(question: string, answer: string): Promise<void> {
    await expect.poll(() => this.said.slice(this.said.indexOf(question)), POLL).toContain(QUESTION)
    this.#child.stdin.write(`${answer}\n`)
  }

  /** Nobody is there any more. */
  leave(): void {
    this.#child.stdin.end()
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    expect(await this.#ended).toEqual([null, 'SIGKILL'])
  }

  async ends(): Promise<number> {
    const [code] = await this.#ended
    return Number(code)
  }

  /** What a line with this word in front says, of each such line. */
  lines(word: string): readonly string[] {
    const lines = this.said.split('\n').filter((line) => line.startsWith(word))
    return lines.map((line) => line.slice(word.length).trim())
  }

  /** The data with which it has ended. */
  data(outcome: string): unknown {
    return JSON.parse(this.said.slice(this.said.indexOf(`\n${outcome}\n{`) + outcome.length + 2))
  }
}

/** What is kept of the run. */
async function kept(): Promise<ProcessInfo & { readonly completed: readonly CompletedUnitElement[] }> {
  const records = createSqliteRecords({ path: join(folder, 'run.db') })
  try {
    const workflow = await defineUnitWorkflow({
      name: 'run',
      store: createFilesystemStore({ root: join(folder, 'units') }),
      cacheKey: 'workflow',
      processId: 'Order',
      activities: { ...SCRIPTS, ...SERVICES },
      evaluate: comparisons,
    })
    const manager = createManager({ backend: createBackend({ records }), workflows: [workflow] })
    return { ...(await manager.process('run-1')), completed: await workflow.completed(manager, 'run-1') }
  } finally {
    await records.close()
  }
}

/** The company with other texts in its spec. */
async function companyWith(...changes: readonly (readonly [string, string])[]): Promise<string> {
  let specs = await readFile(COMPANY, 'utf8')
  for (const [from, to] of changes) {
    expect(specs.split(from).length, from).toBe(2)
    specs = specs.replace(from, to)
  }
  const path = join(folder, 'specs.json')
  await writeFile(path, specs)
  return path
}

test('U36 U37 the order company runs to its end, killed three times, and reads what it reaches', async () => {
  const first = new Program()
  await first.says('Approve 1082 for Lovelace Instruments?')
  expect(first.said).toContain('starts Order\n')
  expect(first.lines('read')).toEqual(['Order, 10,121 bytes'])
  expect(first.lines('units')).toEqual(['1 of 24; 10,121 of 185,227 bytes, 5 %'])
  expect(first.lines('is at')).toEqual(['Approve_Payment'])
  await first.kill()

  // In the middle of what services do.
  const second = new Program()
  await second.answer('Approve the payment, Finance (Order/Approve_Payment)', 'y')
  await second.says('service  get for Look_Up_Customer')
  await second.kill()
  expect(second.said).toContain('goes on with Order\n')
  expect(second.said).not.toContain('Pack the goods')

  // And in the middle of reading.
  const third = new Program()
  await third.says('read     Shipping')
  await third.kill()
  expect(third.lines('service').filter((line) => line.includes('Look_Up_Customer')).length).toBeLessThan(2)

  const fourth = new Program()
  const questions = [
    ['Pack 12 items of order O-1001.', 'y'],
    [
      'Fill in the customs form, Office (Declare_Goods/Fill_Customs_Form)\n  Duty: 0.',
      '{"customs":{"form":"CN22"}}',
    ],
    ['Confirm the pickup', 'y'],
    ['Register the return', 'y'],
    ['Who is right about 16?', 'y'],
  ]
  for (const [question = '', answer = ''] of questions) await fourth.answer(question, answer)
  expect(await fourth.ends(), fourth.said).toBe(0)
  // What was over by then was not read again.
  for (const over of ['Fraud_Check', 'Invoice', 'Authorize_Card']) {
    expect(fourth.said).not.toContain(`read     ${over}`)
  }
  expect(fourth.data('completed')).toMatchObject({
    order: { number: 'O-1001', total: 1082, state: 'closed' },
    payment: { state: 'settled', method: 'card', reference: 'AUTH-O-1001' },
    boxes: [12, 12, 12, 12],
    carrier: { name: 'Fjord Freight', days: 6 },
    customs: { form: 'CN22', duty: 0, archived: 'customs:O-1001' },
    refund: { amount: 16, euro: 2, contested: false, posting: 'refunds/O-1001' },
  })

  const { closed, completed } = await kept()
  expect(closed?.result).toEqual({ type: 'completed', result: fourth.data('completed') })
  // As many as SpiffWorkflow completes: tests/python/test_run_units.py.
  expect(completed.length).toBe(324)
  // Who was killed in the middle of a service asks it again, with the same key; none was done twice otherwise.
  const asked = [first, second, third, fourth].map((program) => program.lines('service'))
  expect(new Set(asked.flat()).size).toBe(22)
  for (const lines of asked) expect(new Set(lines).size).toBe(lines.length)
})

test('a person says no, and the run has read nothing but its first unit', async () => {
  const program = new Program()
  await program.answer('Approve the payment', 'perhaps')
  await program.says('Expected y, n, ?, or a JSON object.')
  await program.answer('Approve the payment', '[1]')
  await program.answer('Approve the payment', '?')
  await program.says('"total": 1082')
  await program.answer('Approve the payment', 'n')
  expect(await program.ends()).toBe(0)
  expect(program.data('completed')).toMatchObject({
    order: { number: 'O-1001', state: 'cancelled' },
    approval: { decision: 'reject' },
  })
  expect(program.lines('units').at(-1)).toBe('1 of 24; 10,121 of 185,227 bytes, 5 %')
  expect(program.said.split('Expected y, n').length).toBe(3)
})

test('a task that knows no no is left; nobody at the pipe ends the program, and the next one goes on', async () => {
  const program = new Program()
  await program.answer('Approve the payment', 'y')
  await program.answer('Pack the goods', 'n')
  await program.says('It knows no no')
  program.leave()
  expect(await program.ends()).toBe(3)
  const next = new Program()
  await next.answer('Pack the goods', 'y')
  await next.says('Fill in the customs form')
  await next.kill()
})

test('timers are waited for while a person is asked, beside the task and in its place', async () => {
  const slow = new Program('--specs', await companyWith(['\\"PT8H\\"', '\\"PT2S\\"']))
  await slow.answer('Approve the payment', 'y')
  await slow.says('Pack the goods')
  // It does not end the task, and does not ask for it again.
  await slow.says('Find_Helper')
  expect(slow.said.split('Pack the goods').length).toBe(2)
  await slow.answer('Pack the goods', 'y')
  await slow.answer('Fill in the customs form', 'y')
  await slow.says('Find somebody to help')
  await slow.kill()
})

test('a timer that ends the task ends the question, and nobody had to answer', async () => {
  const overdue = new Program('--specs', await companyWith(['\\"P3D\\"', '\\"PT1S\\"']))
  await overdue.says('Approve the payment')
  expect(await overdue.ends()).toBe(0)
  expect(overdue.data('completed')).toMatchObject({ order: { state: 'cancelled' } })
})

test('what has no function is told before the start, and nothing is started', async () => {
  const other = ['--specs', join(examples, 'workflows/approval.c.json'), '--process', 'Approval']
  const program = new Program(...other)
  expect(await program.ends()).toBe(1)
  expect(program.lines('unbound')).toEqual([
    'Approval/Describe_Purchase:prescript, a user-task',
    'Budget_Check/Subtract_Price, a script-task',
    'Manager_Decision/Decide:prescript, a user-task',
  ])
  const again = new Program(...other)
  expect(await again.ends()).toBe(1)
  expect(again.said).not.toContain('goes on')
})

test.each([
  [['--order'], 2, "Unknown option '--order'"],
  [['--data', '{'], 2, 'usage: node run.mjs'],
  [['--data', '[1]'], 1, 'invalid-value: '],
  [['--specs', 'nowhere.json'], 1, 'ENOENT'],
  [['--process', 'Nobody'], 1, 'unknown-process: '],
])('%j ends with %i: %s', async (args, code, message) => {
  const program = new Program(...args)
  expect(await program.ends()).toBe(code)
  expect(program.said).toContain(message)
})

test('the example compiles by itself, as it is copied', async () => {
  await run(process.execPath, [join(example, 'node_modules/typescript/bin/tsc'), '-p', example], {
    cwd: example,
  })
})

test('the commands of README work', async () => {
  const readme = await readFile(join(example, 'README.md'), 'utf8')
  const [commands] = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block)
  expect(commands).toBe('npm install\nnode run.mjs\n')
  const child = spawn(process.execPath, ['--no-warnings', 'run.mjs'], { cwd: example })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (piece) => (said += String(piece)))
  await expect.poll(() => said, POLL).toContain(QUESTION)
})
