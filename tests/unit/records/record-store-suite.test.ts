import { describe, expect, test } from 'vitest'
import {
  checkedRecords,
  type MediumRange,
  type RecordMedium,
  type RecordStore,
} from '../../../ts/records/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { MemoryMedium } from '../../../ts/records/memory/memory-medium.js'
import { recordStoreSuite, type RecordStoreFixture } from '../../../ts/testing/index.js'

type Tests = Map<string, () => Promise<void>>

function register(
  store: () => RecordStore,
  options: Partial<Parameters<typeof recordStoreSuite>[0]> = {},
): Tests {
  const tests: Tests = new Map()
  recordStoreSuite({
    name: 's',
    test: (name, run) => tests.set(name, run),
    create: async () => ({ store: store() }),
    without: ['reopen', 'watch'],
    ...options,
  })
  return tests
}

/** The names of the tests that fail; `large` is small, since many runs of the suite are made here. */
async function failuresOf(medium: () => RecordMedium): Promise<string[]> {
  const failures: string[] = []
  const large = { records: 1000, reason: 'so' }
  for (const [name, run] of register(() => checkedRecords(medium()), { large })) {
    await run().catch(() => failures.push(name.slice('s: '.length)))
  }
  return failures
}

/** A medium on another one whose transactions are run as `around` says. */
function mediumWith(change: Partial<RecordMedium>, inner: RecordMedium): RecordMedium {
  return { transact: inner.transact.bind(inner), close: inner.close.bind(inner), ...change }
}

describe('the suite finds a store that', () => {
  test('reads what is committed, and writes it later: lost updates, write skew, phantoms', async () => {
    const failures = await failuresOf(() => {
      const inner = new MemoryMedium()
      return mediumWith(
        {
          async transact(work, options) {
            const outcome = await inner.transact(async (reader) => ({ result: await work(reader), writes: [] }), { ...options, readonly: true }) // prettier-ignore
            return inner.transact(async () => outcome, options)
          },
        },
        inner,
      )
    })
    expect(failures).toContain('no update is lost of counters that many count up at once')
    expect(failures).toContain(
      'no write skew: of two on call, who each leave only while the other stays, one stays',
    )
    expect(failures).toContain(
      'no phantom: a range that was scanned holds no more than the work that has looked allowed',
    )
    expect(failures).toContain('random histories are serializable')
  })

  test('lets readers see half of a transaction', async () => {
    const failures = await failuresOf(() => {
      const inner = new MemoryMedium()
      return mediumWith(
        {
          async transact(work, options) {
            const { result, writes } = await inner.transact(async (reader) => ({ result: await work(reader), writes: [] }), options) // prettier-ignore
            for (const write of writes) {
              await Promise.resolve()
              await inner.transact(async () => ({ result: undefined, writes: [write] }), options)
            }
            return result
          },
        },
        inner,
      )
    })
    expect(failures).toContain(
      'every reader sees whole transactions: the sum of accounts stays while money is moved',
    )
    expect(failures).toContain(
      'work that only reads sees one state, however long it reads and whoever writes meanwhile',
    )
  })

  test('writes in spite of an error', async () => {
    const failures = await failuresOf(() => {
      const inner = new MemoryMedium()
      return mediumWith(
        {
          transact: (work, options) =>
            inner.transact(async (reader) => {
              return work(reader).catch(async (error: unknown) => {
                void inner.transact(async () => ({ result: 0, writes: [{ collection: 'c', sort: '', text: '1' }] }), options) // prettier-ignore
                throw error
              })
            }, options),
        },
        inner,
      )
    })
    expect(failures).toContain('an error in the work is the error of the call, and leaves nothing')
  })

  test.each<[string, (range: MediumRange) => MediumRange, string]>([
    ['ignores limits', (range) => ({ ...range, limit: 1e6 }), 'a limit gives the first, or backwards the last; without one a scan gives 1,000'], // prettier-ignore
    ['ignores reverse', (range) => ({ ...range, reverse: false }), 'records come in the order of their keys, forwards and backwards'], // prettier-ignore
    ['ignores the end of a range', (range) => ({ ...range, to: undefined }), 'a prefix means whole elements: the key itself, those below it, and no sibling'], // prettier-ignore
    ['includes the end of a range', (range) => ({ ...range, to: range.to === undefined ? undefined : `${range.to}\0` }), 'from is the first key, to the first that is not meant; without one the range goes to the end'], // prettier-ignore
    ['takes all collections as one', (range) => ({ ...range, collection: 'c' }), 'collections are apart, also those whose names begin alike'], // prettier-ignore
  ])('%s', async (_, change, title) => {
    const failures = await failuresOf(() => {
      const inner = new MemoryMedium()
      const single = (collection: string): string => change({ collection, from: '', to: undefined, limit: 1, reverse: false }).collection // prettier-ignore
      return mediumWith(
        {
          transact: (work, options) =>
            inner.transact(async (reader) => {
              const outcome = await work({
                get: (key) => reader.get({ ...key, collection: single(key.collection) }),
                scan: (range) => reader.scan(change(range)),
              })
              return { ...outcome, writes: outcome.writes.map((write) => ({ ...write, collection: single(write.collection) })) } // prettier-ignore
            }, options),
        },
        inner,
      )
    })
    expect(failures).toContain(title)
  })

  test('forgets to tell of commits', async () => {
    const tests = register(() => ({ ...createMemoryRecords(), onCommit: () => () => undefined }))
    const waiting = tests.get('s: who registers, then reads, then waits, sees every change in the end')!()
    await expect(waiting).rejects.toThrow(/a call after \d+ of 40 \(seed 1\) has not come within 20 s/)
  })

  test('closes before what is under way has ended', async () => {
    const tests = register(() => {
      const records = createMemoryRecords()
      let isClosed = false
      return {
        ...records,
        transact: (work, options) =>
          records.transact(async (transaction) => {
            await transaction.get(['c'])
            if (isClosed) throw new Error('closed')
            return work(transaction)
          }, options),
        close: async () => {
          isClosed = true
        },
      }
    })
    const run = tests.get('s: close waits for what is under way, which ends as it would have')!
    await expect(run()).rejects.toThrow()
  })
})

test('a deviation is registered with its reason, fails once it is over, and is refused where it names no test', async () => {
  const name = '-0 is 0'
  const tests = register(createMemoryRecords, { deviations: [{ reason: 'so', tests: [name] }] })
  expect(tests.has(`s: ${name}`)).toBe(false)
  await expect(tests.get(`s: ${name} (deviates: so)`)!()).rejects.toThrow(/remove it from the deviations/)
  expect(() => register(createMemoryRecords, { deviations: [{ reason: 'so', tests: ['no such test'] }] })).toThrow(/no such test/) // prettier-ignore
})

test('what a medium leaves out is said and asserted, fewer records are said with a reason', async () => {
  const create = async (): Promise<RecordStoreFixture> => ({ store: createMemoryRecords(), reopen: async () => createMemoryRecords() }) // prettier-ignore
  const all = register(createMemoryRecords, { without: [] })
  const names = [...register(createMemoryRecords).keys()]
  expect(all.size).toBeGreaterThan(names.length + 10)
  await expect(all.get('s: offers reopen')!()).rejects.toThrow('reopen is offered: expected true, got false')
  await expect(register(createMemoryRecords, { create }).get('s: leaves out reopen')!()).rejects.toThrow()
  const fewer = register(createMemoryRecords, { large: { records: 2000, reason: 'it is slow' } })
  expect([...fewer.keys()].filter((title) => title.endsWith('(2000: it is slow)'))).toHaveLength(1)
  expect(() => register(createMemoryRecords, { large: { records: 5, reason: 'so' } })).toThrow(
    /multiple of 10/,
  )
})
