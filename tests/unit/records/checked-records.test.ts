import { afterEach, expect, test, vi } from 'vitest'
import { isUnitflowError } from '../../../ts/errors/index.js'
import { checkedRecords, type MediumRange, type MediumReader, type RecordChange, type RecordMedium } from '../../../ts/records/index.js' // prettier-ignore
import { MemoryMedium } from '../../../ts/records/memory/memory-medium.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const TEXT = '"stored"'

/** A medium of one reader, whose transactions run so often. */
function mediumOf(reader: Partial<MediumReader>, runs = 1, rest: Partial<RecordMedium> = {}): RecordMedium {
  return {
    async transact(work) {
      for (let run = 1; run < runs; run++) await work({ get: () => undefined, scan: () => [], ...reader })
      return (await work({ get: () => undefined, scan: () => [], ...reader })).result
    },
    close: async () => undefined,
    ...rest,
  }
}

test('a range whose end is not after its beginning never comes to the medium', async () => {
  const asked: MediumRange[] = []
  const records = checkedRecords(
    mediumOf({
      scan(range) {
        asked.push(range)
        return []
      },
    }),
  )
  await records.transact(async (transaction) => {
    transaction.set(['c', 2], 1)
    expect(await transaction.scan({ from: ['c', 2], to: ['c', 2] })).toEqual([])
    expect(await transaction.scan({ from: ['c', 2], to: ['c', 1], reverse: true })).toEqual([])
    for (let id = 0; id < 5; id++) transaction.delete(['c', 10 + id])
    expect(await transaction.scan({ prefix: ['c'], limit: Number.MAX_SAFE_INTEGER })).toHaveLength(1)
  })
  expect(asked.map(({ limit }) => limit)).toEqual([2 ** 31 - 1])
})

test('work that runs again begins anew, and what its last run has written is told', async () => {
  const records = checkedRecords(mediumOf({}, 3))
  const changes: RecordChange[] = []
  records.onCommit((change) => changes.push(change))
  let run = 0
  await records.transact(async (transaction) => {
    run++
    expect(await transaction.get(['c', 1])).toBeUndefined()
    transaction.set(['c', 1], run)
    transaction.set([`run_${run}`, 1], run)
    transaction.set([`run_${run}`, 2], run)
  })
  expect(changes).toEqual([{ collections: ['c', 'run_3'] }])
})

test('a listener is not told of what changed nothing', async () => {
  const records = checkedRecords(new MemoryMedium())
  const listener = vi.fn()
  records.onCommit(listener)
  await records.transact((transaction) => transaction.get(['c']), { readonly: true })
  await records.transact((transaction) => transaction.get(['c']))
  const failing = records.transact((transaction) => {
    transaction.set(['c'], 1)
    throw new Error('planned')
  })
  await expect(failing).rejects.toThrow('planned')
  expect(listener).not.toHaveBeenCalled()
})

test('the medium watches while somebody listens, and not after close', async () => {
  const stop = vi.fn()
  let notify: (collections?: readonly string[]) => void = () => undefined
  const watch = vi.fn((told: typeof notify) => {
    notify = told
    return stop
  })
  const records = checkedRecords(mediumOf({}, 1, { watch }))
  const [one, other] = [vi.fn(), vi.fn()]
  const ends = [records.onCommit(one), records.onCommit(other)]
  notify(['c'])
  notify()
  expect(one.mock.calls).toEqual([[{ collections: ['c'] }], [{}]])
  ends[0]!()
  notify()
  expect([one, other].map(({ mock }) => mock.calls.length)).toEqual([2, 3])
  expect(stop).not.toHaveBeenCalled()
  ends[1]!()
  expect([watch, stop].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  records.onCommit(other)
  await records.close()
  expect([watch, stop].map(({ mock }) => mock.calls.length)).toEqual([2, 2])
  notify()
  expect(other).toHaveBeenCalledTimes(3)
  expect(() => records.onCommit(one)).toThrow(expect.objectContaining({ code: 'store-closed' }))
  ends[1]!()
  expect([watch, stop].map(({ mock }) => mock.calls.length)).toEqual([2, 2])
})

test('a listener that throws keeps nobody else from being called, and is heard of', async () => {
  const later: (() => void)[] = []
  const records = checkedRecords(new MemoryMedium())
  const called = vi.fn()
  records.onCommit(() => {
    throw new Error('planned')
  })
  const end = records.onCommit(() => {
    end()
    endLast()
  })
  records.onCommit(called)
  const ended = vi.fn()
  const endLast = records.onCommit(ended)
  vi.stubGlobal('queueMicrotask', (callback: () => void) => later.push(callback))
  await records.transact((transaction) => transaction.set(['c'], 1))
  expect(called).toHaveBeenCalledTimes(1)
  expect(ended).not.toHaveBeenCalled()
  expect(later).toHaveLength(1)
  expect(later[0]).toThrow('planned')
})

test('what a medium throws, at once or later, is what the read rejects with', async () => {
  const error = new Error('planned')
  const readers: readonly MediumReader['get'][] = [
    () => {
      throw error
    },
    () => Promise.reject(error),
    () => new Promise((_, reject) => setTimeout(() => reject(error), 10)),
  ]
  for (const get of readers) {
    const records = checkedRecords(mediumOf({ get }))
    await expect(records.transact((transaction) => transaction.get(['c']))).rejects.toBe(error)
    // Of the first nobody hears; a rejection that nobody handles would fail the run of the tests.
    const caught = await records.transact(async (transaction) => {
      void transaction.get(['c', 'unheard'])
      return transaction.get(['c']).catch((it: unknown) => it)
    })
    expect(caught).toBe(error)
  }
  await new Promise((resolve) => setTimeout(resolve, 30))
})

test('a text that is no form of a value is bad-value-form for whoever reads it', async () => {
  const records = checkedRecords(mediumOf({ get: () => '{' }))
  await expect(records.transact((transaction) => transaction.get(['c']))).rejects.toMatchObject({
    code: 'bad-value-form',
  })
})

test('a medium may take its time: many slow reads, one after the other, at once, and raced, are no foreign-await', async () => {
  const get = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(TEXT), 5))
  const records = checkedRecords(mediumOf({ get }))
  const seen = await records.transact(async (transaction) => {
    for (let time = 0; time < 5; time++) await transaction.get(['c'])
    await Promise.all([transaction.get(['c']), transaction.get(['c', 1])])
    await Promise.race([transaction.get(['c']), new Promise(() => undefined)])
    return transaction.get(['c'])
  })
  expect(seen).toBe('stored')
})

test('a read that ends just before the guard looks gives the work a whole turn to go on', async () => {
  const turns: (() => void)[] = []
  vi.stubGlobal('setImmediate', (callback: () => void) => turns.push(callback))
  vi.resetModules()
  const { checkedRecords } = await import('../../../ts/records/index.js')
  const turn = async (): Promise<void> => {
    for (const callback of turns.splice(0)) callback()
    await settle()
  }
  const settle = async (): Promise<void> => {
    for (let time = 0; time < 20; time++) await Promise.resolve()
  }
  const answers: (() => void)[] = []
  const get = (): Promise<string> => new Promise((resolve) => answers.push(() => resolve(TEXT)))
  const records = checkedRecords(mediumOf({ get }))
  const outcome = records
    .transact(async (transaction) => {
      await transaction.get(['c', 1])
      await transaction.get(['c', 2])
      await new Promise(() => undefined)
    })
    .catch((error: unknown) => error)
  const failed = vi.fn()
  void outcome.then(failed)
  for (let read = 0; read < 2; read++) {
    for (let time = 0; time < 5; time++) await turn()
    expect(failed).not.toHaveBeenCalled()
    answers.shift()!()
    await settle()
  }
  await turn()
  expect(failed).not.toHaveBeenCalled()
  await turn()
  expect(isUnitflowError(await outcome, 'foreign-await')).toBe(true)
  // Nobody is left to look at, so nothing keeps a process awake.
  await turn()
  expect(turns).toEqual([])
})

test('timers that stand still in a test keep no foreign-await from being found', async () => {
  vi.useFakeTimers()
  const records = checkedRecords(new MemoryMedium())
  for (let time = 0; time < 2; time++) {
    const waiting = records.transact(() => new Promise((resolve) => setTimeout(resolve, 1000)))
    await expect(waiting).rejects.toMatchObject({ code: 'foreign-await' })
    vi.useRealTimers()
  }
})

test('of very many calls in one turn each foreign-await still has a stack', async () => {
  const records = checkedRecords(new MemoryMedium())
  for (let time = 0; time < 200; time++) await records.transact(() => undefined)
  async function callerInALoop(): Promise<void> {
    await records.transact(() => new Promise(() => undefined))
  }
  const error: unknown = await callerInALoop().catch((it: unknown) => it)
  if (!isUnitflowError(error, 'foreign-await')) throw error
  expect((error.cause as Error).stack).toContain('checked-records.test')
  const again: unknown = await callerInALoop().catch((it: unknown) => it)
  expect(((again as Error).cause as Error).stack).toContain('callerInALoop')
})

test('close waits for the last of what is under way, and closes the medium once', async () => {
  const close = vi.fn(async () => undefined)
  let answer: (text: string) => void = () => undefined
  const get = (): Promise<string> => new Promise((resolve) => (answer = resolve))
  const records = checkedRecords(mediumOf({ get }, 1, { close }))
  const reading = records.transact((transaction) => transaction.get(['c']))
  const closing = [records.close(), records.close()]
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(close).not.toHaveBeenCalled()
  answer(TEXT)
  expect(await reading).toBe('stored')
  await Promise.all(closing)
  expect(close).toHaveBeenCalledTimes(1)
})
