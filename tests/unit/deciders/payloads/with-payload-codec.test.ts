import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { chainCodecs, createAesGcmCodec, createOffloadCodec } from '../../../../ts/codec/index.js'
import type { PayloadCodec } from '../../../../ts/codec/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import type { MadeDecision } from '../../../../ts/deciders/history/index.js'
import { withPayloadCodec } from '../../../../ts/deciders/payloads/index.js'
import type { PayloadCodecOptions } from '../../../../ts/deciders/payloads/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { workflowBackendSuite } from '../../../../ts/testing/index.js'
import {
  ACTIVITY,
  BackendWork,
  completed,
  schedule,
  WORKFLOW,
} from '../../../../ts/testing/workflow-backend/case.js'
import { encodeValue } from '../../../../ts/values/index.js'
import { served, START } from '../http/served.js'

const KEYS = { old: new Uint8Array(32).fill(1), new: new Uint8Array(32).fill(2) }
const encrypting = (...ids: readonly (keyof typeof KEYS)[]): PayloadCodec =>
  createAesGcmCodec({ keys: Object.fromEntries(ids.map((id) => [id, KEYS[id]])), current: ids[0]! })
const offloading = (): PayloadCodec => createOffloadCodec({ store: createMemoryStore(), above: 8 })

function setUp(codec: PayloadCodec = encrypting('new'), options?: PayloadCodecOptions) {
  const clock = createManualClock(START)
  const records = createMemoryRecords()
  const within = createBackend({ records, clock })
  const backend = withPayloadCodec(within, codec, options)
  const reading = (other: PayloadCodec, more?: PayloadCodecOptions): WorkflowBackend =>
    withPayloadCodec(within, other, more)
  return { clock, records, within, backend, reading, work: new BackendWork({ backend, clock }) }
}

const codecs: Readonly<Record<string, () => PayloadCodec>> = {
  encrypted: () => encrypting('new'),
  'put elsewhere': offloading,
  'encrypted and put elsewhere': () => chainCodecs(encrypting('new'), offloading()),
}
for (const [name, codec] of Object.entries(codecs)) {
  workflowBackendSuite({ name: `D86 ${name}`, test, create: async () => setUp(codec()) })
}

workflowBackendSuite({
  name: 'D86 encrypted, texts too',
  test,
  create: async () => setUp(encrypting('new'), { texts: true }),
})

workflowBackendSuite({
  name: 'D86 encrypted, over HTTP',
  test,
  create: async () => {
    const { remote, clock } = served()
    return { backend: withPayloadCodec(remote, encrypting('new')), clock }
  },
})

/** All that is ever written to a store, as text. */
function listening(inner: RecordStore): { readonly records: RecordStore; readonly written: string[] } {
  const written: string[] = []
  const records: RecordStore = {
    transact: (work, options) =>
      inner.transact(
        (transaction) =>
          work({
            get: (key) => transaction.get(key),
            set: (key, value) => {
              written.push(encodeValue([key, value]))
              transaction.set(key, value)
            },
            delete: (key) => transaction.delete(key),
            scan: (range) => transaction.scan(range),
          }),
        options,
      ),
    onCommit: (listener) => inner.onCommit(listener),
    close: () => inner.close(),
  }
  return { records, written }
}

const ERROR = {
  name: 'E',
  code: 'code-of-error',
  message: 'text-message',
  stack: 'text-stack',
  fields: { x: 'text-field' },
  cause: { name: 'F', message: 'text-cause' },
}

/** Every kind of value that there is, each with words of its own; gives all that a reader is given. */
async function plant({ backend, clock }: BackendWork): Promise<string> {
  const given: unknown[] = []
  const { name: _, ...common } = WORKFLOW
  for (const name of ['all', 'child', 'ends']) {
    await backend.registerWorkflow({ ...common, name, category: name, childPolicy: 'abandon' })
  }
  await backend.registerActivity({ ...ACTIVITY, heartbeat: 1000 })
  const decide = async (category: string, ...decisions: MadeDecision[]): Promise<void> => {
    const [task] = await backend.pollDecisionTasks({ category })
    given.push(task)
    await backend.completeDecisionTask(task!.token, decisions, { status: 'text-status' })
  }

  const id = await backend.startProcess({ workflow: 'all', input: { secret: ['secret-input', new Date(7)] } })
  await backend.signalProcess(id, { name: 'go', data: 'secret-signal' })
  const retry = { attempts: 2, initial: 0, factor: 1, maximum: 0, jitter: 0, retryable: ['code-of-error'] }
  const child = {
    workflow: 'child',
    id: 'child',
    input: 'secret-child',
    tags: [],
    childPolicy: 'abandon',
  } as const
  await decide(
    'all',
    schedule('a', { input: 'secret-activity', retry, priority: 1 }),
    schedule('b', { input: ['secret-b'] }),
    schedule('c', { input: new Map([['secret-c', 1]]), heartbeat: 1000 }),
    { type: 'start-timer', id: 't', delay: 0, data: 'secret-timer' },
    { type: 'record-marker', name: 'note', details: 'secret-marker' },
    { type: 'signal-process', process: id, name: 'self', data: 'secret-self' },
    { type: 'request-cancel-process', process: id, reason: 'text-asked' },
    { type: 'start-child-process', ...child },
  )
  given.push(await backend.openActivities(id))
  const [a, b, c] = await backend.pollActivityTasks({ limit: 3 })
  await backend.heartbeat(a!.token, 'secret-heartbeat')
  const failed = { type: 'failed', reason: 'text-reason', details: 'secret-failure', error: ERROR } as const
  await backend.completeActivityTask(a!.token, failed)
  const canceled = { type: 'canceled', reason: 'text-why', details: 'secret-canceled' } as const
  await backend.completeActivityTask(b!.token, canceled)
  await backend.heartbeat(c!.token, 'secret-last-beat')
  const [again] = await backend.pollActivityTasks()
  given.push(again)
  expect(again).toMatchObject({ attempt: 2, details: 'secret-heartbeat' })
  await backend.completeActivityTask(again!.token, completed('secret-result'))
  await clock.advance(1001)
  await decide('child', { type: 'complete-process', result: 'secret-child-result' })
  const [task] = await backend.pollDecisionTasks({ category: 'all' })
  await backend.failDecisionTask(task!.token, { error: { name: 'E', message: 'text-decider' } })
  given.push(await backend.process(id))
  await decide('all', { type: 'fail-process', reason: 'text-end', details: 'secret-end', error: ERROR })

  await backend.startProcess({ workflow: 'ends' })
  await decide('ends', { type: 'cancel-process', reason: 'text-own', details: 'secret-own' })
  await backend.startProcess({ workflow: 'ends' })
  await decide('ends', { type: 'continue-as-new', input: 'secret-next' })
  const last = (await backend.processes({ status: 'open' })).processes.at(-1)!.id
  const request = { reason: 'text-request', details: 'secret-request', request: true }
  await backend.cancelProcess(last, request)
  await backend.cancelProcess(last, { reason: 'text-outside', details: 'secret-outside' })

  const { processes } = await backend.processes()
  const histories = await Promise.all(processes.map(async (process) => backend.history(process.id)))
  return encodeValue([given, processes, histories])
}

const SECRETS = [
  ...[
    'input',
    'signal',
    'activity',
    'b',
    'c',
    'timer',
    'marker',
    'self',
    'child',
    'heartbeat',
    'failure',
    'canceled',
  ],
  ...['last-beat', 'result', 'child-result', 'end', 'own', 'next', 'request', 'outside'],
].map((word) => `secret-${word}"`)
const TEXTS = [
  ...[
    'message',
    'stack',
    'field',
    'cause',
    'status',
    'asked',
    'reason',
    'why',
    'decider',
    'end',
    'own',
    'request',
  ],
  'outside',
].map((word) => `text-${word}"`)

function foundIn(text: string, words: readonly string[]): readonly string[] {
  return words.filter((word) => text.includes(word))
}

async function planted(codec: PayloadCodec | undefined, options?: PayloadCodecOptions) {
  const { records, written } = listening(createMemoryRecords())
  const clock = createManualClock(START)
  const within = createBackend({ records, clock })
  const backend = codec === undefined ? within : withPayloadCodec(within, codec, options)
  const given = await plant(new BackendWork({ backend, clock }))
  return { given, written: written.join('\n'), within }
}

describe('what a store holds', () => {
  test('D86 without a codec all of it, so that what is looked for would be found', async () => {
    const { written } = await planted(undefined)
    expect(foundIn(written, SECRETS)).toEqual(SECRETS)
    expect(foundIn(written, TEXTS)).toEqual(TEXTS)
  })

  test.each(Object.entries(codecs).filter(([name]) => name !== 'put elsewhere'))(
    'D86 %s: names, ids and what is for people, but no value',
    async (_, codec) => {
      const { written, given } = await planted(codec())
      expect(written).not.toContain('secret')
      expect(foundIn(written, TEXTS)).toEqual(TEXTS)
      expect(foundIn(given, SECRETS)).toEqual(SECRETS)
      expect(foundIn(given, TEXTS)).toEqual(TEXTS)
    },
  )

  test('D86 neither values nor texts for people, but codes and names of errors', async () => {
    const { written, given } = await planted(encrypting('new'), { texts: true })
    expect(written).not.toContain('secret')
    expect(written).not.toContain('text-')
    expect(written).toContain('code-of-error')
    expect(foundIn(given, SECRETS)).toEqual(SECRETS)
    expect(foundIn(given, TEXTS)).toEqual(TEXTS)
  })

  test('D86 what is given is what was given in, whatever the codec', async () => {
    const { given } = await planted(undefined)
    for (const codec of Object.values(codecs)) {
      expect(comparable((await planted(codec())).given)).toEqual(comparable(given))
      expect(comparable((await planted(codec(), { texts: true })).given)).toEqual(comparable(given))
    }
  })

  test('D86 a reader without the key sees shapes', async () => {
    const { within } = await planted(encrypting('new'))
    const { processes } = await within.processes({ workflow: 'all' })
    const history = await within.history(processes[0]!.id)
    const { type, workflow, input } = history[0] as Extract<(typeof history)[0], { type: 'process-started' }>
    expect([type, workflow]).toEqual(['process-started', 'all'])
    expect(input).toEqual({ $payload: expect.stringMatching(/^u1:aes-gcm:new:/) as string })
  })
})

/** Without what is drawn anew each time. */
function comparable(given: string): string {
  return given.replace(/0[0-9a-z]{20,}|[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
}
