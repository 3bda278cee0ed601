import { Miniflare } from 'miniflare'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { bundleHost, prepareHosts } from './hosts.js'

let code: string

beforeAll(async () => {
  const hosts = await prepareHosts('durable-object')
  code = await bundleHost(hosts, 'durable-object-host.mjs', {
    conditions: ['workerd'],
    external: ['cloudflare:workers', '*.wasm'],
  })
})

type Call = (name: string, method: string, ...args: readonly unknown[]) => Promise<unknown>

interface Worker {
  /** Calls a method of a `Records` object. */
  readonly call: Call
  readonly suite: Call
  readonly dispose: () => Promise<void>
}

async function start(
  folder: string,
  acknowledge: (number: number) => void = () => undefined,
): Promise<Worker> {
  const worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'main.js', contents: code }],
    compatibilityDate: '2026-01-01',
    durableObjects: {
      SUITE: { className: 'Suite', useSQLite: true },
      RECORDS: { className: 'Records', useSQLite: true },
    },
    durableObjectsPersist: folder,
    serviceBindings: {
      ACKNOWLEDGE: (request: Request) => {
        acknowledge(Number(new URL(request.url).pathname.slice(1)))
        return new Response()
      },
    },
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume()
      stderr.resume()
    },
  })
  const callIn =
    (space: string): Call =>
    async (name, method, ...args) => {
      const body = JSON.stringify({ space, name, method, args })
      const response = await worker.dispatchFetch('http://localhost/', { method: 'POST', body })
      const { result, error } = (await response.json()) as { result?: unknown; error?: string }
      if (error !== undefined) throw new Error(error)
      return result
    }
  return { call: callIn('RECORDS'), suite: callIn('SUITE'), dispose: () => worker.dispose() }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'unitflow-durable-object-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function startOnce(): Promise<Worker> {
  const worker = await start(await temporaryFolder())
  onTestFinished(() => worker.dispose())
  return worker
}

interface Written {
  readonly lists: readonly (readonly unknown[])[]
  readonly count: number
}

/** Every acknowledged transaction is there, every other whole or absent. */
function check(written: Written, acknowledged: readonly number[]): void {
  const [first = [], second, third] = written.lists
  expect(second).toEqual(first)
  expect(third).toEqual(first)
  expect(written.count).toBe(first.length)
  expect(first).not.toContain('torn')
  expect(acknowledged.filter((number) => !first.includes(number))).toEqual([])
}

test('the suites of records, backends, flow runners and step runners, each test in an object of its own', async () => {
  const { suite } = await startOnce()
  const names = (await suite('names', 'names')) as readonly string[]
  expect(names.filter((name) => name.startsWith('a Durable Object: ')).length).toBeGreaterThan(40)
  expect(names.filter((name) => name.startsWith('a backend in')).length).toBeGreaterThan(50)
  expect(names.filter((name) => name.startsWith('flows in')).length).toBeGreaterThan(30)
  expect(names.filter((name) => name.startsWith('steps in')).length).toBeGreaterThan(70)
  const failed: string[] = []
  for (const name of names) {
    await suite(name, 'run', name).catch((error: unknown) => failed.push(`${name}: ${String(error)}`))
  }
  expect(failed).toEqual([])
})

test('work may await what is resolved already as often as it likes', async () => {
  const { call } = await startOnce()
  expect(await call('a', 'awaitsMicrotasks')).toBe('done')
})

test('stores over the same storage are one: nothing is lost between them, and each hears of the other', async () => {
  const { call } = await startOnce()
  const { sum, heard } = (await call('a', 'sameStorage')) as { sum: number; heard: readonly string[] }
  expect(sum).toBe(50)
  expect(heard.length).toBe(50)
  expect(new Set(heard)).toEqual(new Set(['sum']))
})

test('an object that is reset in the middle of work keeps nothing of it, and all that was acknowledged', async () => {
  const { call } = await startOnce()
  await expect(call('a', 'abortInWork', 'a')).rejects.toThrow('reset in the middle of work')
  const acknowledged = (await call('a', 'acknowledged', 'a')) as readonly number[]
  expect(acknowledged).toContain(1)
  expect(acknowledged).not.toContain(3)
  const written = (await call('a', 'written')) as Written
  check(written, acknowledged)
  expect(written.lists[0]).not.toContain(3)
})

test('an object that is reset at the very acknowledgement of a transaction has it', async () => {
  const { call } = await startOnce()
  for (let round = 0; round < 8; round++) {
    const name = `object ${round}`
    await expect(call(name, 'abortWhenAcknowledged', name)).rejects.toThrow('reset at the acknowledgement')
    const acknowledged = (await call(name, 'acknowledged', name)) as readonly number[]
    expect(acknowledged).toContain(3)
    check((await call(name, 'written')) as Written, acknowledged)
  }
})

test('workerd stopped while objects write: what was acknowledged is there, the rest is whole or absent', async () => {
  const folder = await temporaryFolder()
  const acknowledged: number[] = []
  for (let round = 1; round <= 3; round++) {
    const name = `object ${round}`
    acknowledged.length = 0
    const writing = await start(folder, (number) => acknowledged.push(number))
    const call = writing.call(name, 'writeForEver').catch(() => undefined)
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(50 * round), 60_000)
    await writing.dispose()
    await call
    const later = await start(folder)
    try {
      check((await later.call(name, 'written')) as Written, [...acknowledged])
    } finally {
      await later.dispose()
    }
  }
})

test('an alarm rings for what is due, and again for what is due next', async () => {
  const { call } = await startOnce()
  const now = Date.now()
  const due = [now + 300, now, now + 150]
  await call('a', 'plan', ...due)
  await vi.waitFor(async () => expect(await call('a', 'done')).toEqual([...due].sort()), 60_000)
})

test('an alarm rings after a restart, also one that was due meanwhile', async () => {
  const folder = await temporaryFolder()
  const before = await start(folder)
  const due = Date.now() + 1000
  await before.call('a', 'plan', due)
  await before.dispose()
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())))
  const after = await start(folder)
  onTestFinished(() => after.dispose())
  await vi.waitFor(async () => expect(await after.call('a', 'done')).toEqual([due]), 60_000)
})

test('of all the times that are asked for at once the alarm rings at the earliest', async () => {
  const { call } = await startOnce()
  const far = Date.now() + 3_600_000
  for (const times of [
    [far, far + 1, far + 2],
    [far + 2, far + 1, far],
    [far + 1, far, far + 2],
  ]) {
    const { told, set } = (await call('a', 'alarms', times)) as { told: readonly number[]; set: number }
    expect(set).toBe(far)
    expect(told.at(-1)).toBe(far)
  }
  // Not before it is due, and not beyond what the storage takes.
  expect(await call('a', 'alarms', [far + 0.2])).toEqual({ told: [far + 1], set: far + 1 })
  const latest = Date.UTC(2189, 0)
  expect(await call('a', 'alarms', [1e300])).toEqual({ told: [latest], set: latest })
  expect(await call('a', 'alarmError', 'soon')).toMatchObject({ code: 'bad-argument' })
})

test('a table of the class with the name of a collection is left alone, and others beside it do no harm', async () => {
  const { call } = await startOnce()
  await call('a', 'exec', 'CREATE TABLE Orders (id INTEGER PRIMARY KEY, customer TEXT)')
  await call('a', 'exec', 'INSERT INTO Orders (customer) VALUES (?)', 'Ada')
  const foreign = {
    code: 'foreign-store',
    fields: { found: expect.stringContaining('customer TEXT') as unknown },
  }
  expect(await call('a', 'writeError', 'orders')).toMatchObject(foreign)
  expect(await call('a', 'readError', 'orders')).toMatchObject(foreign)
  expect(await call('a', 'writeError', 'others')).toBeUndefined()
  expect(await call('a', 'exec', 'SELECT * FROM orders')).toEqual([{ id: 1, customer: 'Ada' }])
})

test('what a later version has written is refused and left alone, and so is a storage without a version', async () => {
  const { call } = await startOnce()
  await call('a', 'write', 1)
  await call('a', 'exec', 'UPDATE _unitflow_records SET version = 2')
  await call('a', 'abortInWork', 'a').catch(() => undefined)
  const newer = { code: 'newer-schema', fields: { found: 2, known: 1 } }
  expect(await call('a', 'readError', 'first')).toEqual(newer)
  expect(await call('a', 'writeError', 'first')).toEqual(newer)
  await call('a', 'exec', 'DELETE FROM _unitflow_records')
  expect(await call('a', 'readError', 'first')).toMatchObject({ code: 'store-damaged' })
  await call('a', 'exec', 'INSERT INTO _unitflow_records VALUES (1)')
  expect((await call('a', 'written')) as Written).toMatchObject({ count: expect.any(Number) as unknown })
})

test('a write for which there is no room is a typed error, and nothing of it is there', async () => {
  const { call } = await startOnce()
  await call('a', 'write', 1)
  expect(await call('a', 'writeErrorWhenFull')).toMatchObject({ code: 'store-full' })
  check((await call('a', 'written')) as Written, [1])
})

test('after deleteAll of the object the store is empty, and goes on', async () => {
  const { call } = await startOnce()
  await call('a', 'write', 1)
  await call('a', 'deleteAll')
  expect(await call('a', 'written')).toEqual({ lists: [[], [], []], count: 0 })
  await call('a', 'write', 2)
  await call('a', 'deleteAll')
  await call('a', 'write', 3)
  expect(await call('a', 'written')).toEqual({ lists: [[3], [3], [3]], count: 1 })
})

test('plain SQL of the class reads the records', async () => {
  const { call } = await startOnce()
  await call('a', 'write', 7)
  const sql = "SELECT key_json, value ->> 'number' AS number FROM first"
  expect(await call('a', 'exec', sql)).toEqual([{ key_json: '["first",7]', number: 7 }])
})
