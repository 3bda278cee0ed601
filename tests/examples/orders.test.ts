import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBackend } from 'unitflow/deciders'
import type { HistoryEvent } from 'unitflow/deciders'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { run } from '../packaging/run.js'

const application = inject('application')
const program = join(application, 'orders/orders.mjs')
/** Holds the orders of one test. */
let folder: string

beforeAll(() =>
  cp(fileURLToPath(new URL('../../examples/orders', import.meta.url)), join(application, 'orders'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  }),
)
beforeEach(async () => {
  folder = await mkdtemp(join(application, 'shop-'))
  return () => rm(folder, { recursive: true, force: true })
})

async function orders(...args: readonly string[]): Promise<string> {
  return (await run(process.execPath, ['--no-warnings', program, ...args], { cwd: folder })).stdout
}

interface Worker {
  /** Ends it by a signal, and tells how it ended. */
  end(signal: 'SIGKILL' | 'SIGINT'): Promise<unknown>
}

function work(...args: readonly string[]): Worker {
  const child = spawn(process.execPath, ['--no-warnings', program, 'work', ...args], {
    cwd: folder,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    end: async (signal) => {
      child.kill(signal)
      const [code, by] = (await ended) as [number | null, string | null]
      return by ?? code
    },
  }
}

/** The shipments that wait for a person: of which order, of what, and the token. */
async function waiting(): Promise<readonly (readonly string[])[]> {
  const lines = (await orders('waiting')).split('\n')
  return lines.filter((line) => line !== '').map((line) => line.split('  '))
}

/** Resolves with the tokens once shipments of just these items wait. */
async function tokensOf(...items: readonly string[]): Promise<readonly string[]> {
  await expect.poll(async () => (await waiting()).map(([, item]) => item), POLL).toEqual(items)
  return (await waiting()).map(([, , token]) => token!)
}

const POLL = { timeout: 60_000, interval: 100 }

async function historyOf(id: string): Promise<readonly HistoryEvent[]> {
  const records = createSqliteRecords({ path: join(folder, '.orders/orders.db') })
  try {
    return await createBackend({ records }).history(id)
  } finally {
    await records.close()
  }
}

/** What each execution of an activity came to, in order: one line for each end, so nothing may be there twice. */
async function endsOf(id: string): Promise<readonly string[]> {
  const history = await historyOf(id)
  return history.flatMap((event) =>
    event.type === 'activity' ? [`${event.activity} ${event.id}: ${event.result.type}`] : [],
  )
}

async function ledgerOf(id: string): Promise<readonly string[]> {
  const lines = (await orders('show', id)).split('\n')
  return lines.filter((line) => line.startsWith('ledger: ')).map((line) => line.slice('ledger: '.length))
}

test('SC4 SC8 an order whose worker is killed twice is paid once, shipped by hand, and completed', async () => {
  await orders('start', 'order-1', 'mug', 'book')
  await orders('start', 'order-1', 'mug', 'book')
  const first = work('--bank-takes', '600')
  // In the middle of the payment: the bank has it, and the worker does not know.
  await expect.poll(() => ledgerOf('order-1'), POLL).toEqual(['charge'])
  expect(await first.end('SIGKILL')).toBe('SIGKILL')
  expect(await orders('list')).toBe('order-1  open  waits for the bank\n')

  const second = work('--bank-takes', '600')
  const [mug = '', book = ''] = await tokensOf('mug', 'book')
  await expect.poll(async () => (await ledgerOf('order-1')).length, POLL).toBe(3)
  expect(await second.end('SIGKILL')).toBe('SIGKILL')
  // Nobody works, and a person and a signal come all the same.
  await orders('complete', mug, 'DE-1')
  await orders('add', 'order-1', 'pen')

  const third = work()
  const [, pen = ''] = await tokensOf('book', 'pen')
  await orders('complete', pen, 'DE-2')
  await orders('complete', book, 'DE-3')
  await expect.poll(() => orders('list'), POLL).toBe('order-1  completed\n')
  expect(await third.end('SIGINT')).toBe(0)

  expect(await ledgerOf('order-1')).toEqual([
    'charge, asked for 2 times',
    'packing slip for mug',
    'packing slip for book',
    'packing slip for pen',
  ])
  const ends = await endsOf('order-1')
  expect(ends).toEqual([
    'charge order-1:4: completed',
    'ship item 1: completed',
    expect.stringMatching(/^ship extra \d+: completed$/),
    'ship item 2: completed',
  ])
  await expect(orders('complete', mug, 'DE-9')).rejects.toThrow('unknown-activity: ')
  await expect(orders('add', 'order-1', 'cup')).rejects.toThrow('process-closed: ')
  expect(await orders('watch', 'order-1')).toContain('process-closed  completed')
})

test('D62 a worker that is told to end gives back what takes too long, and another one goes on at once', async () => {
  await orders('start', 'order-5', 'mug')
  const first = work('--bank-takes', '600')
  await expect.poll(() => ledgerOf('order-5'), POLL).toEqual(['charge'])
  expect(await first.end('SIGINT')).toBe(0)
  const second = work('--bank-takes', '600')
  await tokensOf('mug')
  expect(await second.end('SIGINT')).toBe(0)
  const started = (await historyOf('order-5')).filter((event) => event.type === 'activity-started')
  expect(started.map(({ activity, attempt, last }) => [activity, attempt, last?.result])).toEqual([
    ['charge', 1, undefined],
    ['charge', 2, { type: 'canceled', reason: 'its worker has given it back' }],
    ['ship', 1, undefined],
  ])
})

test('SC4 a shipment that fails calls the others off, gives the money back, and cancels the order', async () => {
  await orders('start', 'order-2', 'mug', 'book')
  const worker = work('--bank-takes', '0')
  const [mug = ''] = await tokensOf('mug', 'book')
  await orders('fail', mug, 'fell off the truck')
  await expect.poll(() => orders('list'), POLL).toBe('order-2  canceled  a shipment has failed\n')
  expect(await worker.end('SIGINT')).toBe(0)
  expect(await waiting()).toEqual([])
  expect(await endsOf('order-2')).toEqual([
    'charge order-2:4: completed',
    'ship item 1: failed',
    'ship item 2: canceled',
    'cancel-order cancel-order: completed',
  ])
  expect((await ledgerOf('order-2')).at(-1)).toBe('refund')
})

test('SC4 an order that is not paid is canceled, and nothing is shipped', async () => {
  await orders('start', 'order-3', 'mug', '--card', 'declined')
  const worker = work('--bank-takes', '0')
  await expect.poll(() => orders('list'), POLL).toBe('order-3  canceled  the bank has declined the card\n')
  expect(await worker.end('SIGINT')).toBe(0)
  expect(await endsOf('order-3')).toEqual(['charge order-3:4: canceled'])
  expect(await ledgerOf('order-3')).toEqual([])
})

test.each([
  [[], '2\n', 'usage: node orders.mjs <command>'],
  [['start', 'order-4'], '2\n', 'usage: node orders.mjs <command>'],
  [['toString'], '2\n', 'usage: node orders.mjs <command>'],
  [['work', '--bank-takes', 'long'], '2\n', 'usage: node orders.mjs <command>'],
  [['work', '--banks', '1'], '2\n', "Unknown option '--banks'"],
  [['start', ' ', 'mug'], '1\n', 'bad-argument: '],
  [['show', 'order-4'], '1\n', 'no-such-process: '],
  [['complete', 'token', 'DE-1'], '1\n', 'bad-token: '],
])('%j ends with %s: %s', async (args, code, message) => {
  const ended = orders(...args)
  await expect(ended).rejects.toThrow(`ended with ${code}`)
  await expect(ended).rejects.toThrow(message)
})
