import type { RecordStore } from '../records/index.js'
import { assertEqual, ConformanceError, fail } from './assertions.js'
import type { Deviation } from './cache-store-suite.js'
import type { RecordStoreCase, RecordStorePart } from './record-store/case.js'
import { isolationCases, reopenCases } from './record-store/isolation-cases.js'
import { keyCases } from './record-store/key-cases.js'
import { lifeCases } from './record-store/life-cases.js'
import { rangeCases } from './record-store/range-cases.js'
import { transactionCases } from './record-store/transaction-cases.js'
import { valueCases } from './record-store/value-cases.js'
import { wakeCases } from './record-store/wake-cases.js'

/** A store for one test, on a medium of its own that is empty. */
export interface RecordStoreFixture {
  readonly store: RecordStore
  /** Another store object on the same medium, as another process or tab would open it. The suite closes it. */
  readonly reopen?: () => Promise<RecordStore>
  /** Removes the medium. The suite has closed the stores by then. */
  readonly cleanup?: () => Promise<void>
}

/** How {@link recordStoreSuite} is told about a store and a test runner. */
export interface RecordStoreSuiteOptions {
  /** Stands before the name of every test. */
  readonly name: string
  /** Makes a store for one test. */
  create(): Promise<RecordStoreFixture>
  /** Registers a test: the `test` of vitest, `node:test`, Deno, Bun, or any function of this shape. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /**
   * What the medium cannot do: `reopen` where it is lost with its store object, or has room for one only (then the
   * fixture has none, which is asserted); `watch` where `onCommit` does not tell of commits through other store objects.
   *
   * @default [] (it can do all)
   */
  readonly without?: readonly RecordStorePart[]
  /**
   * Tests that the store fails. They are registered as `<name> (deviates: <reason>)` and fail once the store passes, so
   * that none is forgotten.
   *
   * @default []
   */
  readonly deviations?: readonly Deviation[]
  /**
   * How many records are many, a multiple of 10 from 1,000; a slow medium takes fewer, and says why.
   *
   * @default 100,000
   */
  readonly large?: { readonly records: number; readonly reason: string }
  /**
   * What the random tests begin with; a failing one tells its seed.
   *
   * @default 1
   */
  readonly seed?: number
}

const MANY = 100_000

const cases: readonly RecordStoreCase[] = [
  ...valueCases,
  ...keyCases,
  ...rangeCases,
  ...transactionCases,
  ...isolationCases,
  ...reopenCases,
  ...lifeCases,
  ...wakeCases,
]

/**
 * Registers the conformance tests of the `RecordStore` contract for one store.
 *
 * @throws `ConformanceError` at once, for a deviation that names no test
 * @example
 * import { test } from 'vitest'
 * import { recordStoreSuite } from 'unitflow/testing'
 *
 * recordStoreSuite({ name: 'postgres', test, create: async () => ({ store: await createPostgresRecords() }), without: ['reopen', 'watch'] })
 */
export function recordStoreSuite(options: RecordStoreSuiteOptions): void {
  const { name, test, without = [], deviations = [], large } = options
  if (large !== undefined && (large.records % 10 !== 0 || large.records < 1000)) {
    fail(`large: expected a multiple of 10 from 1,000, got ${large.records}`)
  }
  const reasons = new Map(deviations.flatMap(({ reason, tests }) => tests.map((title) => [title, reason])))
  for (const title of reasons.keys()) {
    if (!cases.some((known) => known.name === title))
      fail(`a deviation names no test of the suite: "${title}"`)
  }
  const reopens = !without.includes('reopen')
  test(`${name}: ${reopens ? 'offers' : 'leaves out'} reopen`, async () => {
    const fixture = await options.create()
    const offered = fixture.reopen !== undefined
    await release(fixture, [])
    assertEqual(offered, reopens, 'reopen is offered')
  })
  for (const one of cases) {
    if (one.needs?.some((part) => without.includes(part)) === true) continue
    const title =
      one.name.startsWith('many records') && large !== undefined
        ? `${one.name} (${large.records}: ${large.reason})`
        : one.name
    const reason = reasons.get(one.name)
    if (reason === undefined) {
      test(`${name}: ${title}`, () => runCase(one, options))
      continue
    }
    test(`${name}: ${title} (deviates: ${reason})`, async () => {
      const failure = await runCase(one, options).then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      if (failure === undefined) fail(`the store passes "${one.name}": remove it from the deviations`)
    })
  }
}

async function runCase(one: RecordStoreCase, options: RecordStoreSuiteOptions): Promise<void> {
  const fixture = await options.create()
  const reopened: RecordStore[] = []
  const reopen = async (): Promise<RecordStore> => {
    if (fixture.reopen === undefined) throw new ConformanceError('the store was declared to have reopen')
    const store = await fixture.reopen()
    reopened.push(store)
    return store
  }
  const { large, seed = 1 } = options
  try {
    await one.run({ store: fixture.store, reopen, large: large?.records ?? MANY, seed })
  } finally {
    await release(fixture, reopened)
  }
}

async function release(fixture: RecordStoreFixture, reopened: readonly RecordStore[]): Promise<void> {
  for (const store of [fixture.store, ...reopened]) await store.close()
  await fixture.cleanup?.()
}
