import fc from 'fast-check'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { isLinearizable } from './linearizable.js'
import type { Call, Event } from './linearizable.js'
import { modelStores, reopenable } from './model-stores.js'
import type { ModelMedium, Turn } from './model-stores.js'

beforeAll(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
})
afterAll(() => void vi.unstubAllGlobals())

/** Values that may change; those below `v2/objects/` never do, and a layered store counts on that. */
const KEYS = [`v2/roots/${'a'.repeat(64)}`, 'b'] as const
type Key = (typeof KEYS)[number]

/** What somebody does: which store object, which call, of which key. */
interface Step {
  readonly who: number
  readonly type: 'get' | 'getMany' | 'set' | 'setMany' | 'delete' | 'replace'
  readonly key: Key
  /** Of `replace`: whether the value is expected that was read last, or none. */
  readonly isInformed: boolean
}

/** Several at once, and each of them one thing after the other. */
const historiesOf = (...types: Step['type'][]): fc.Arbitrary<Step[][]> => {
  const step = fc.record({
    who: fc.nat(1),
    type: fc.constantFrom('get', 'getMany', ...types),
    key: fc.constantFrom(...KEYS),
    isInformed: fc.boolean(),
  })
  const line = fc.array(step, { minLength: 1, maxLength: 6, size: 'max' })
  return fc.array(line, { minLength: 2, maxLength: 3 })
}
/** What replaces is atomic against others that do, and against nothing else: that is the contract. */
const histories = fc.oneof(historiesOf('set', 'setMany', 'delete'), historiesOf('replace'))

/** Does what is drawn, all lines of it at once, and notes per key what came when. */
async function recorded(
  lines: readonly (readonly Step[])[],
  stores: readonly CacheStore[],
): Promise<Map<Key, Event[]>> {
  let clock = 0
  let values = 0
  const events = new Map<Key, Event[]>(KEYS.map((key) => [key, []]))
  const fresh = (): number => ++values
  async function timed<T>(
    work: () => Promise<T>,
    calls: (result: T) => readonly (readonly [Key, Call])[],
  ): Promise<T> {
    const began = clock++
    const result = await work()
    const ended = clock++
    for (const [key, call] of calls(result)) events.get(key)?.push({ began, ended, call })
    return result
  }
  async function run(line: readonly Step[]): Promise<void> {
    const read = new Map<Key, number | undefined>()
    for (const { who, type, key, isInformed } of line) {
      const store = stores[who % stores.length]!
      const value = fresh()
      switch (type) {
        case 'get':
          read.set(
            key,
            numberOf(
              await timed(
                () => store.get(key),
                (found) => [[key, got(found)]],
              ),
            ),
          )
          break
        case 'getMany':
          await timed(
            () => store.getMany(KEYS),
            (found) => KEYS.map((one, at) => [one, got(found[at])] as const),
          )
          break
        case 'set':
          await timed(
            () => store.set(key, bytesOf(value)),
            () => [[key, { type: 'set', value }]],
          )
          break
        case 'setMany':
          await timed(
            () => store.setMany(KEYS.map((one) => [one, bytesOf(value)] as const)),
            () => KEYS.map((one) => [one, { type: 'set', value }] as const),
          )
          break
        case 'delete':
          await timed(
            () => store.delete(key),
            () => [[key, { type: 'set', value: undefined }]],
          )
          break
        case 'replace': {
          const expected = isInformed ? read.get(key) : undefined
          const before = expected === undefined ? undefined : bytesOf(expected)
          if (store.replace === undefined) break
          const replace = store.replace.bind(store)
          const call = (isDone: boolean): readonly [Key, Call] => [
            key,
            { type: 'replace', expected, value, isDone },
          ]
          await timed(
            () => replace(key, before, bytesOf(value)),
            (isDone) => [call(isDone)],
          )
        }
      }
    }
  }
  await Promise.all(lines.map(run))
  return events
}

/** A value that says whether it is whole: its number, often. */
function bytesOf(value: number): Uint8Array {
  return new Uint8Array(200).fill(value)
}

function numberOf(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined) return undefined
  expect([bytes.length, new Set(bytes).size], 'half a value').toEqual([200, 1])
  return bytes[0]
}

const got = (found: Uint8Array | undefined): Call => ({ type: 'get', found: numberOf(found) })

/** Nobody says when the disk of this machine does what. */
const inMemory = modelStores.filter(({ kind }) => kind !== 'filesystem')

async function assertLinearizable(
  scheduler: fc.Scheduler,
  lines: readonly (readonly Step[])[],
  create: (turn?: Turn) => Promise<ModelMedium>,
): Promise<void> {
  const medium = await create((operation) => scheduler.schedule(Promise.resolve(), operation))
  const stores = medium.isShared ? [medium.open(), medium.open()] : [medium.open()]
  const events = await scheduler.waitFor(recorded(lines, stores))
  for (const [key, history] of events) {
    expect(isLinearizable(history), `${key}: ${JSON.stringify(history)}`).toBe(true)
  }
  await scheduler.waitFor(Promise.all(stores.map((store) => store.close())))
  await medium.remove?.()
}

describe.each(inMemory)('$kind', ({ create }) => {
  test('U30 U32 what two store objects are asked at once has an order that explains every answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), histories, (scheduler, lines) =>
        assertLinearizable(scheduler, lines, create),
      ),
      { numRuns: 150 },
    )
  })
})

describe('the search for an order', () => {
  const get = (began: number, ended: number, found?: number): Event => ({
    began,
    ended,
    call: { type: 'get', found },
  })
  const set = (began: number, ended: number, value?: number): Event => ({
    began,
    ended,
    call: { type: 'set', value },
  })

  test('finds one where there is one', () => {
    expect(isLinearizable([set(0, 3, 1), get(1, 2, 1), get(4, 5, 1)])).toBe(true)
    expect(isLinearizable([set(0, 3, 1), get(1, 2)])).toBe(true)
    expect(isLinearizable([set(0, 5, 1), set(1, 6, 2), get(2, 3, 2), get(4, 7, 1)])).toBe(true)
  })

  test('finds none where a value comes back, comes too soon, or was lost', () => {
    expect(isLinearizable([set(0, 1, 1), set(2, 3, 2), get(4, 5, 1)])).toBe(false)
    expect(isLinearizable([get(0, 1, 1), set(2, 3, 1)])).toBe(false)
    expect(isLinearizable([set(0, 1, 1), get(2, 3, 1), get(4, 5)])).toBe(false)
    expect(isLinearizable([set(0, 9, 1), get(1, 2, 1), get(3, 4)])).toBe(false)
    const replace = (began: number, ended: number, value: number): Event => ({
      began,
      ended,
      call: { type: 'replace', expected: undefined, value, isDone: true },
    })
    expect(isLinearizable([replace(0, 3, 1), replace(1, 2, 2)])).toBe(false)
  })

  test.each(['a replace that looks and then writes', 'a write in two halves', 'a read of a while ago'])(
    '%s is found',
    async (what) => {
      const create = async (turn: Turn = async () => undefined): Promise<ModelMedium> => {
        const store = createMemoryStore()
        const old = new Map<string, Uint8Array | undefined>()
        const set: CacheStore['set'] = async (key, value) => {
          old.set(key, await store.get(key))
          if (what === 'a write in two halves') await store.set(key, value.slice(0, 100))
          await turn('set')
          await store.set(key, value)
        }
        const replace: NonNullable<CacheStore['replace']> = async (key, expected, value) => {
          const found = await store.get(key)
          await turn('replace')
          if (found?.toString() !== expected?.toString()) return false
          await store.set(key, value)
          return true
        }
        const get: CacheStore['get'] = async (key) => {
          await turn('get')
          return what === 'a read of a while ago' && old.has(key) ? old.get(key) : store.get(key)
        }
        return { isShared: true, open: () => ({ ...reopenable(store), get, set, replace }) }
      }
      const property = fc.asyncProperty(fc.scheduler(), histories, (scheduler, lines) =>
        assertLinearizable(scheduler, lines, create),
      )
      const { failed, seed } = await fc.check(property, { numRuns: 1000, endOnFailure: true })
      expect(failed, `seed ${seed}`).toBe(true)
    },
  )
})
