import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createAesGcmCodec } from '../../../../ts/codec/index.js'
import type { PayloadCodec } from '../../../../ts/codec/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import type { MadeDecision } from '../../../../ts/deciders/history/index.js'
import { withPayloadCodec } from '../../../../ts/deciders/payloads/index.js'
import type { PayloadCodecOptions } from '../../../../ts/deciders/payloads/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { BackendWork, completed, schedule } from '../../../../ts/testing/workflow-backend/case.js'
import { START } from '../http/served.js'

const KEYS = { old: new Uint8Array(32).fill(1), new: new Uint8Array(32).fill(2) }

/** The first key encrypts. */
function encrypting(...ids: readonly (keyof typeof KEYS)[]): PayloadCodec {
  return createAesGcmCodec({ keys: Object.fromEntries(ids.map((id) => [id, KEYS[id]])), current: ids[0]! })
}

function setUp() {
  const clock = createManualClock(START)
  const within = createBackend({ records: createMemoryRecords(), clock })
  const by = (codec: PayloadCodec, options?: PayloadCodecOptions): WorkflowBackend =>
    withPayloadCodec(within, codec, options)
  const work = (backend: WorkflowBackend): BackendWork => new BackendWork({ backend, clock })
  return { clock, within, by, work }
}

const UNKNOWN_KEY = { code: 'unknown-payload-key', fields: { keyId: 'old' } }

test('D86 keys are changed while what was written by old ones is read', async () => {
  const { by, work } = setUp()
  const id = await work(by(encrypting('old'))).begin('by the old')
  const backend = by(encrypting('new', 'old'))
  await backend.signalProcess(id, { name: 'x', data: 'by the new' })
  expect(await backend.history(id)).toMatchObject([{ input: 'by the old' }, { data: 'by the new' }])
  await expect(by(encrypting('new')).history(id)).rejects.toMatchObject(UNKNOWN_KEY)
})

describe('a worker without the key', () => {
  test('D86 hands a decision back: it is seen why, and who has the key decides with the same events', async () => {
    const { by, work, within, clock } = setUp()
    const id = await work(by(encrypting('old'))).begin('secret')
    const keyless = by(encrypting('new'))
    await expect(keyless.pollDecisionTasks()).rejects.toMatchObject(UNKNOWN_KEY)
    const { failures } = (await within.process(id))!
    expect(failures).toMatchObject({ count: 1, error: { code: 'unknown-payload-key' } })
    expect(await keyless.pollDecisionTasks()).toEqual([])
    await clock.advance(1000)
    await expect(keyless.pollDecisionTasks()).rejects.toMatchObject(UNKNOWN_KEY)
    await clock.advance(1000)
    expect(await keyless.pollDecisionTasks()).toEqual([])
    await clock.advance(1000)
    const task = await work(by(encrypting('old'))).decision()
    expect(task.events[0]).toMatchObject({ type: 'process-started', input: 'secret' })
  })

  test('D86 is given what it can read, and the rest is handed back', async () => {
    const { by, work, within } = setUp()
    const unread = await work(by(encrypting('old'))).begin('old')
    const backend = by(encrypting('new'))
    const read = await backend.startProcess({ workflow: 'test', input: 'new' })
    expect((await backend.pollDecisionTasks({ limit: 5 })).map(({ process }) => process.id)).toEqual([read])
    expect((await within.process(unread))?.failures?.count).toBe(1)
    expect((await within.process(read))?.failures).toBeUndefined()
  })

  test('D86 takes no more activities after one that it cannot read, which who has the key does', async () => {
    const { by, work, within } = setUp()
    const owner = by(encrypting('old'))
    const id = await work(owner).begin()
    await work(owner).decide(schedule('a', { input: 'secret' }), schedule('b', { input: 'too' }))
    const keyless = by(encrypting('new'))
    await expect(keyless.pollActivityTasks()).rejects.toMatchObject(UNKNOWN_KEY)
    await expect(keyless.pollActivityTasks()).rejects.toMatchObject(UNKNOWN_KEY)
    expect(await owner.openActivities(id)).toMatchObject([
      { id: 'a', status: 'waiting', input: 'secret' },
      { id: 'b', status: 'waiting', attempt: 1 },
    ])
    expect(await owner.pollActivityTasks({ limit: 5 })).toMatchObject([
      { id: 'b', input: 'too' },
      { id: 'a', input: 'secret' },
    ])
    expect(await within.pollActivityTasks()).toEqual([])
  })

  test('D86 is given the activities that it can read, and told of the others by the next poll', async () => {
    const { by, work } = setUp()
    const owner = by(encrypting('old', 'new'))
    await work(owner).begin()
    await work(owner).decide(schedule('a', { input: 'secret' }))
    await by(encrypting('new', 'old')).startProcess({ workflow: 'test', input: 1 })
    await work(by(encrypting('new', 'old'))).decide(schedule('b', { input: 'new' }))
    const keyless = by(encrypting('new'))
    expect(await keyless.pollActivityTasks({ limit: 5 })).toMatchObject([{ id: 'b', input: 'new' }])
    await expect(keyless.pollActivityTasks()).rejects.toMatchObject(UNKNOWN_KEY)
  })
})

describe('what is not encoded, or not so', () => {
  test('D86 is refused, and read where that was asked for', async () => {
    const { by, work, within } = setUp()
    const id = await work(within).begin({ plain: true })
    const codec = encrypting('new')
    await expect(by(codec).history(id)).rejects.toMatchObject({ code: 'bad-payload' })
    expect(await by(codec, { acceptPlain: true }).history(id)).toMatchObject([{ input: { plain: true } }])
  })

  test('D86 is refused where it was altered, activity after activity', async () => {
    const { by, work, within } = setUp()
    const backend = by(encrypting('new'))
    const id = await work(backend).begin()
    const altered = { $payload: `${await encrypting('new').encode('1')}AAAA` }
    await work(within).decide(schedule('a', { input: altered }), schedule('b', { input: { $payload: 7 } }))
    await expect(backend.pollActivityTasks()).rejects.toMatchObject({ code: 'bad-payload' })
    await expect(backend.pollActivityTasks()).rejects.toMatchObject({ code: 'bad-payload' })
    expect(await backend.pollActivityTasks()).toEqual([])
    expect(await within.openActivities(id)).toMatchObject([{ status: 'running' }, { status: 'running' }])
  })

  test('D86 is read later, where it is only away for now', async () => {
    const { by, work } = setUp()
    const codec = encrypting('new')
    let isAway = false
    const backend = by({
      encode: (text) => codec.encode(text),
      decode: async (text) => {
        if (isAway) throw new Error('the store is away')
        return codec.decode(text)
      },
    })
    await work(backend).begin()
    await work(backend).decide(schedule('a', { input: 'there' }))
    isAway = true
    await expect(backend.pollActivityTasks()).rejects.toThrow('the store is away')
    isAway = false
    expect(await backend.pollActivityTasks()).toMatchObject([{ id: 'a', input: 'there' }])
  })

  test('D86 a value of a user that looks encoded is one, and comes back as it was', async () => {
    const { by, work } = setUp()
    const backend = by(encrypting('new'))
    const id = await work(backend).begin({ $payload: 'u1:aes-gcm:new:AAAA' })
    await work(backend).decide({ type: 'cancel-process', reason: '$payload:u1', details: undefined })
    const [started] = await backend.history(id)
    expect(started).toMatchObject({ input: { $payload: 'u1:aes-gcm:new:AAAA' } })
    expect((await backend.process(id))?.closed?.result).toMatchObject({ reason: '$payload:u1' })
  })

  test('D86 texts stay readable when texts are no longer encoded', async () => {
    const { by, work } = setUp()
    const id = await work(by(encrypting('new'), { texts: true })).begin()
    await by(encrypting('new'), { texts: true }).cancelProcess(id, { reason: 'why' })
    expect((await by(encrypting('new')).process(id))?.closed?.result).toMatchObject({ reason: 'why' })
  })

  test('D32 D86 what is no decision, and what cannot be stored, is refused, and the decision can be made anew', async () => {
    const { by, work } = setUp()
    const backend = by(encrypting('new'))
    const id = await work(backend).begin()
    const { token } = await work(backend).decision()
    const unstorable = { type: 'record-marker', name: 'x', details: () => 1 } as unknown as MadeDecision
    for (const [decision, code] of [
      [unstorable, 'unsupported-value'],
      [null as unknown as MadeDecision, 'malformed-decision'],
    ] as const) {
      await expect(backend.completeDecisionTask(token, [decision])).rejects.toMatchObject({ code })
    }
    await backend.completeDecisionTask(token, [{ type: 'complete-process', result: 1n }])
    expect((await backend.process(id))?.closed?.result).toEqual(completed(1n))
  })
})

test('D86 a page of a history is decoded at the same time', async () => {
  const { by, work } = setUp()
  let under = 0
  let most = 0
  const plain = encrypting('new')
  const codec: PayloadCodec = {
    encode: (text) => plain.encode(text),
    async decode(text) {
      most = Math.max(most, ++under)
      const decoded = await plain.decode(text)
      under--
      return decoded
    },
  }
  const backend = by(codec)
  const id = await work(backend).begin()
  for (let n = 0; n < 20; n++) await backend.signalProcess(id, { name: 'x', data: n })
  expect(await backend.history(id)).toHaveLength(21)
  expect(most).toBe(21)
})
