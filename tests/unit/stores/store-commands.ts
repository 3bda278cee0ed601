import fc from 'fast-check'
import { expect } from 'vitest'
import { isUnitflowError } from '../../../ts/errors/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'
import { listed } from './temporary-root.js'

/** What a store must be like: a map of keys to bytes, which nobody else holds; as text, a character a byte. */
export type Model = Map<string, string>

/** The store that is compared, and how it is opened anew. */
export interface Real {
  store: CacheStore
  readonly open: () => CacheStore
}

type Command = fc.AsyncCommand<Model, Real>

/** No key is a folder of another one. */
const KEYS = [
  'doc1',
  'doc12',
  'Doc1',
  'a/b',
  'a/c.d',
  'a1/b',
  'a-b',
  '..._x',
  `v2/objects/${'0'.repeat(40)}`,
  `v2/objects/${'1'.repeat(40)}`,
  `v2/roots/${'a'.repeat(64)}`,
  `long/${'n'.repeat(300)}`,
] as const
/** Keys above and below those. */
const NESTED = ['a', 'a/b/c', 'doc1/a', 'v2'] as const
const PREFIXES = [undefined, 'a', 'doc1', 'doc', 'v2', 'v2/objects', 'a/b', 'long', 'no/such'] as const
const BAD_KEYS = [
  '',
  '/',
  'a//b',
  '../x',
  'a/..',
  '.',
  'a/',
  '/a',
  'a\\b',
  'con',
  'a~',
  'é',
  'a\0b',
  'a.',
] as const

const bytes = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(fc.nat(255), { maxLength: 6 }).map((list) => String.fromCharCode(...list)),
  },
  { weight: 1, arbitrary: fc.nat(255).map((byte) => String.fromCharCode(byte).repeat(70_000)) },
)

/** Everything that can be asked of a store, as it comes. */
export function storeCommands(nests: boolean, maxCommands = 30): fc.Arbitrary<Iterable<Command>> {
  const key = fc.constantFrom(...KEYS, ...(nests ? NESTED : []))
  const keys = fc.array(key, { maxLength: 4 })
  return fc.commands(
    [
      key.map((k) => command(`get ${k}`, (model, { store }) => expectGet(model, store, k))),
      keys.map((list) =>
        command(`getMany ${list.join()}`, async (model, { store }) => {
          expect((await store.getMany(list)).map(textOf)).toEqual(list.map((k) => model.get(k)))
        }),
      ),
      fc.tuple(key, bytes).map(([k, value]) => set(k, value)),
      fc.array(fc.tuple(key, bytes), { maxLength: 4 }).map(setMany),
      key.map((k) =>
        command(`delete ${k}`, async (model, { store }) => {
          await store.delete(k)
          model.delete(k)
        }),
      ),
      fc.constantFrom(...PREFIXES).map((prefix) =>
        command(`keys ${prefix ?? ''}`, async (model, { store }) => {
          expect(await listed(store, prefix)).toEqual(keysOf(model, prefix))
        }),
      ),
      keys.map((list) =>
        command(`has ${list.join()}`, async (model, { store }) => {
          if (store.has !== undefined) expect(await store.has(list)).toEqual(list.map((k) => model.has(k)))
        }),
      ),
      fc
        .tuple(key, bytes, fc.constantFrom('right', 'absent', 'wrong'))
        .map(([k, value, expected]) => replace(k, value, expected)),
      fc
        .constantFrom(...BAD_KEYS)
        .map((k) => command(`bad key ${k}`, (_, { store }) => expectRefused(store, k))),
      fc.constant(command('close, open', (_, real) => reopen(real))),
    ],
    { maxCommands, size: 'max' },
  )
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name }
}

const bytesOf = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'))
const textOf = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString('latin1')

/** What is handed out is the caller's own: it is spoiled here, and must not be seen again. */
async function expectGet(model: Model, store: CacheStore, key: string): Promise<void> {
  const value = await store.get(key)
  expect(textOf(value)).toEqual(model.get(key))
  value?.fill(99)
}

function set(key: string, value: string): Command {
  return command(`set ${key} ${shown(value)}`, async (model, { store }) => {
    const given = bytesOf(value)
    const done = store.set(key, given)
    given.fill(99)
    await done
    model.set(key, value)
  })
}

function setMany(entries: readonly (readonly [key: string, value: string])[]): Command {
  const names = entries.map(([key, value]) => `${key} ${shown(value)}`)
  return command(`setMany ${names.join()}`, async (model, { store }) => {
    const given = entries.map(([key, value]) => [key, bytesOf(value)] as const)
    const done = store.setMany(given)
    for (const [, value] of given) value.fill(99)
    await done
    for (const [key, value] of entries) model.set(key, value)
  })
}

function replace(key: string, value: string, expected: 'right' | 'absent' | 'wrong'): Command {
  return command(`replace ${key} ${shown(value)} if ${expected}`, async (model, { store }) => {
    if (store.replace === undefined) return
    const known = model.get(key)
    const believed = expected === 'right' ? known : expected === 'absent' ? undefined : `${known ?? ''}x`
    const given = believed === undefined ? undefined : bytesOf(believed)
    const isRight = believed === known
    expect(await store.replace(key, given, bytesOf(value))).toBe(isRight)
    if (isRight) model.set(key, value)
  })
}

function shown(value: string): string {
  return value.length > 10 ? `${value.length} bytes` : `"${Buffer.from(value, 'latin1').toString('hex')}"`
}

function keysOf(model: Model, prefix: string | undefined): string[] {
  return [...model.keys()]
    .filter((key) => prefix === undefined || key === prefix || key.startsWith(`${prefix}/`))
    .sort()
}

async function expectRefused(store: CacheStore, key: string): Promise<void> {
  const value = new Uint8Array(1)
  const calls: (() => Promise<unknown>)[] = [
    () => store.get(key),
    () => store.getMany(['doc1', key]),
    () => store.set(key, value),
    () => store.setMany([['doc1', value], [key, value]]), // prettier-ignore
    () => store.delete(key),
    () => listed(store, key),
  ]
  for (const call of calls) expect(await codeOf(call)).toBe('bad-key')
}

async function reopen(real: Real): Promise<void> {
  await real.store.close()
  expect(await codeOf(() => real.store.get('doc1'))).toBe('store-closed')
  real.store = real.open()
}

async function codeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return 'done'
  } catch (error) {
    if (isUnitflowError(error)) return error.code
    throw error
  }
}

/** A store and the model side by side; at the end a store object that remembers nothing holds what the model holds. */
export async function compareWithModel(commands: Iterable<Command>, open: () => CacheStore): Promise<void> {
  const model: Model = new Map()
  const real: Real = { store: open(), open }
  try {
    await fc.asyncModelRun(() => ({ model, real }), commands)
    for (const store of [real.store, open()]) {
      expect(await listed(store)).toEqual(keysOf(model, undefined))
      for (const key of [...KEYS, ...NESTED]) await expectGet(model, store, key)
      await store.close()
    }
  } finally {
    await real.store.close()
  }
}
