import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { nodeVersions } from '../packaging/node-versions.js'
import { run } from '../packaging/run.js'
import type { Hosts } from './hosts.js'
import { bundleHost, prepareHosts, runHost } from './hosts.js'

let hosts: Hosts

beforeAll(async () => {
  hosts = await prepareHosts('node')
  const bundled = await bundleHost(hosts, 'node-slim-worker-host.mjs', { slim: true, platform: 'node' })
  await writeFile(join(hosts.folder, 'node-slim-worker.mjs'), bundled)
})

interface Refused {
  readonly code: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly hasStack: boolean
  readonly carried: readonly string[]
}

interface Accepted {
  readonly version: string
  readonly ofBytes: string
  readonly objects: readonly (readonly [hash: string, digest: string])[]
  readonly report: { readonly version: string; readonly written: readonly string[] }
  readonly start: {
    readonly included: readonly string[]
    readonly lazy: readonly string[]
    readonly json: string
  }
  readonly resume: { readonly included: readonly string[] }
  readonly run: {
    readonly active: readonly string[]
    readonly task: { readonly name: string; readonly data: unknown }
    readonly read: readonly (readonly [processId: string, bytes: number])[]
    readonly completed: readonly { readonly element: string }[]
    readonly result: unknown
  }
  readonly errors: Readonly<Record<string, Refused>>
  readonly unknown: { readonly code: string }
  readonly trap: unknown
}

test('the acceptance program does its work: units are right, errors typed, a trapped core replaced', () => {
  const accepted = JSON.parse(hosts.expected) as Accepted
  expect(accepted.version).toMatch(/^[0-9a-f]{64}$/)
  expect(accepted.ofBytes).toBe(accepted.version)
  expect(accepted.report.version).toBe(accepted.version)
  expect(accepted.report.written.length).toBe(accepted.objects.length)
  for (const [hash, digest] of accepted.objects) expect(hash).toBe(digest)
  expect(accepted.start.included).toEqual(['Order'])
  expect(accepted.start.lazy).toEqual(['Payment', 'Shipping'])
  const whole = JSON.parse(hosts.specs) as { spec: unknown }
  expect((JSON.parse(accepted.start.json) as { spec: unknown }).spec).toEqual(whole.spec)
  expect(accepted.resume.included).toContain('Refund')
  expect(accepted.unknown.code).toBe('unknown-process')
  expect(accepted.trap).toEqual({
    code: 'core-trap',
    operation: 'decompose',
    cause: 'RuntimeError',
    // One core serves everything, the trapped one is let go, and the next call makes its successor.
    cores: [1, 1, 2],
    sameVersion: true,
    sameObjects: true,
  })
})

test('U36 U37 the acceptance program runs a process of units, with a person in the middle, to its end', () => {
  const { active, task, read, completed, result } = (JSON.parse(hosts.expected) as Accepted).run
  expect(active).toEqual(['Approve_Payment'])
  expect(task).toMatchObject({
    name: 'Approve the payment',
    data: { total: 120, order: { number: 'O-1', total: 120 }, approval: { decision: 'approve' } },
  })
  expect(read.map(([processId]) => processId)).toEqual(['Order'])
  expect(completed.map(({ element }) => element)).toEqual([
    ...['StartEvent_1', 'Register_Order', 'Approve_Payment', 'Payment_Approved'],
    ...['Cancel_Order', 'Order_Cancelled'],
  ])
  expect(result).toEqual({
    status: 'completed',
    result: {
      total: 120,
      order: { number: 'O-1', total: 120, state: 'cancelled' },
      approval: { decision: 'reject' },
    },
  })
})

test('the acceptance program meets every error of the core, and each is carried whole over a worker and a wire', () => {
  const errors = Object.entries((JSON.parse(hosts.expected) as Accepted).errors)
  expect(Object.fromEntries(errors.map(([name, { code }]) => [name, code]))).toEqual({
    'no JSON': 'not-json',
    'cut off': 'not-json',
    'no UTF-8': 'not-utf8',
    'a lone surrogate': 'lone-surrogate',
    'a wrong shape': 'bad-spec',
    'a missing field': 'bad-spec',
    'a diagram': 'not-a-spec',
    'a decision table': 'not-a-spec',
    'other XML': 'not-a-spec',
    gzip: 'not-a-spec',
    'a zip archive': 'not-a-spec',
    'a state': 'not-a-spec',
    'one process': 'not-a-spec',
    'a list': 'not-a-spec',
    'text in text': 'not-a-spec',
    'too many bytes': 'limit-exceeded',
    'too deep': 'limit-exceeded',
    'too many processes': 'limit-exceeded',
    'a long id': 'limit-exceeded',
    'no text': 'bad-argument',
    'a bad limit': 'bad-argument',
  })
  const kinds = new Set(
    errors.flatMap(([, { code, fields }]) => (code === 'not-a-spec' ? [fields['kind']] : [])),
  )
  expect(kinds.size).toBe(9)
  for (const [name, { hasStack, carried }] of errors) {
    expect(carried, name).toEqual(['clone', 'port', 'json'])
    expect(hasStack, name).toBe(true)
  }
})

test.each([
  ['the main thread', 'node-host.mjs'],
  ['a worker thread', 'node-worker-host.mjs'],
  ['a worker thread that is handed the compiled core', 'node-slim-worker.mjs'],
])('%s of Node 20, 22 and 24 gives the same bytes', async (_, host) => {
  const versions = await nodeVersions()
  expect(versions.map(({ name }) => name)).toEqual(['Node 20', 'Node 22', 'Node 24'])
  for (const { name, path } of versions) {
    expect(await runHost(hosts, path, [host]), name).toBe(hosts.expected)
  }
})

test('U28 U29 U30 the whole store suite passes on files in Node 20, 22 and 24', async () => {
  for (const { name, path } of await nodeVersions()) {
    const { count, failures } = JSON.parse(await runHost(hosts, path, ['filesystem-suite-host.mjs'])) as {
      readonly count: number
      readonly failures: readonly string[]
    }
    expect(failures, name).toEqual([])
    expect(count, name).toBeGreaterThan(30)
  }
})

test.each(['slim', 'default'])(
  'a program that imports unitflow and unitflow/slim has one core, whichever has it first (%s)',
  async (first) => {
    const { stdout } = await run(process.execPath, ['both-entries-host.mjs', first], { cwd: hosts.folder })
    expect(JSON.parse(stdout)).toEqual({
      before: 'core-not-loaded',
      after: ['not-a-spec', 'not-a-spec'],
      compiled: 1,
      sameErrors: true,
      readsWithoutCore: true,
    })
  },
)
