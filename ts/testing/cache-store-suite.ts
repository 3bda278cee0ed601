import type { CacheStore } from '../stores/index.js'
import { assertEqual, ConformanceError, fail } from './assertions.js'
import type { CacheStoreCase, OptionalPart } from './cache-store/case.js'
import { concurrencyCases } from './cache-store/concurrency-cases.js'
import { keyCases } from './cache-store/key-cases.js'
import { replaceCases } from './cache-store/replace-cases.js'
import { valueCases } from './cache-store/value-cases.js'

/** A store for one test, on a medium of its own that is empty. */
export interface CacheStoreFixture {
  readonly store: CacheStore
  /** Another store object on the same medium, as another process would open it. The suite closes it. */
  readonly reopen?: () => Promise<CacheStore>
  /** Removes the medium. The suite has closed the stores by then. */
  readonly cleanup?: () => Promise<void>
}

/** Tests in which a store is known not to keep the contract. */
export interface Deviation {
  /** Why the store cannot, for whoever reads the test report. */
  readonly reason: string
  /** Names of the tests, in full. */
  readonly tests: readonly string[]
}

/** How {@link cacheStoreSuite} is told about a store and a test runner. */
export interface CacheStoreSuiteOptions {
  /** Stands before the name of every test. */
  readonly name: string
  /** Makes a store for one test. */
  create(): Promise<CacheStoreFixture>
  /** Registers a test: the `test` of vitest, `node:test`, Deno, Bun, or any function of this shape. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /**
   * What the store leaves out: the methods that are optional, and `reopen` where a medium is lost with its store object.
   * What is left out is asserted to be absent.
   *
   * @default [] (nothing)
   */
  readonly without?: readonly OptionalPart[]
  /**
   * Tests that the store fails. They are registered as `<name> (deviates: <reason>)` and fail once the store passes, so
   * that none is forgotten.
   *
   * @default []
   */
  readonly deviations?: readonly Deviation[]
}

const cases: readonly CacheStoreCase[] = [...valueCases, ...keyCases, ...concurrencyCases, ...replaceCases]

/**
 * Registers the conformance tests of the `CacheStore` contract (U28-U31) for one store.
 *
 * @throws `ConformanceError` at once, for a deviation that names no test
 * @example
 * import { test } from 'vitest'
 * import { cacheStoreSuite } from 'unitflow/testing'
 *
 * cacheStoreSuite({ name: 'redis', test, create: async () => ({ store: await createRedisStore() }), without: ['reopen'] })
 */
export function cacheStoreSuite(options: CacheStoreSuiteOptions): void {
  const { name, test, without = [], deviations = [] } = options
  const reasons = new Map(deviations.flatMap(({ reason, tests }) => tests.map((title) => [title, reason])))
  for (const title of reasons.keys()) {
    if (!cases.some((known) => known.name === title))
      fail(`a deviation names no test of the suite: "${title}"`)
  }
  for (const part of ['has', 'replace', 'reopen'] as const) {
    const declared = without.includes(part)
    test(`${name}: ${declared ? 'leaves out' : 'offers'} ${part}`, async () => {
      const fixture = await options.create()
      const offered = offers(fixture, part)
      await release(fixture, [])
      assertEqual(offered, !declared, `${part} is offered`)
    })
  }
  for (const one of cases) {
    if (one.needs?.some((part) => without.includes(part)) === true) continue
    const reason = reasons.get(one.name)
    if (reason === undefined) {
      test(`${name}: ${one.name}`, () => runCase(one, options))
      continue
    }
    test(`${name}: ${one.name} (deviates: ${reason})`, async () => {
      const failure = await runCase(one, options).then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      if (failure === undefined) fail(`the store passes "${one.name}": remove it from the deviations`)
    })
  }
}

function offers(fixture: CacheStoreFixture, part: OptionalPart): boolean {
  switch (part) {
    case 'has':
      return fixture.store.has !== undefined
    case 'replace':
      return fixture.store.replace !== undefined
    case 'reopen':
      return fixture.reopen !== undefined
  }
}

async function runCase(one: CacheStoreCase, options: CacheStoreSuiteOptions): Promise<void> {
  const fixture = await options.create()
  const reopened: CacheStore[] = []
  const reopen = async (): Promise<CacheStore> => {
    if (fixture.reopen === undefined) throw new ConformanceError('the store was declared to have reopen')
    const store = await fixture.reopen()
    reopened.push(store)
    return store
  }
  try {
    await one.run({ store: fixture.store, reopen })
  } finally {
    await release(fixture, reopened)
  }
}

async function release(fixture: CacheStoreFixture, reopened: readonly CacheStore[]): Promise<void> {
  for (const store of [fixture.store, ...reopened]) await store.close()
  await fixture.cleanup?.()
}
