import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  heldVersions,
  holdVersion,
  isUnitflowError,
  listWorkflows,
  prune,
  readElementUnit,
  readManifest,
  removeProcess,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { sha256Hex } from '../../ts/sha256/index.js'
import { processSpec, unreachable, workflowJson } from '../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../fixtures/units/spec-builder.js'
import { contentOf, storeOf } from '../unit/units/stores-under-test.js'
import { unchangedPrototypes } from './prototypes.js'

const processes: readonly ProcessSketch[] = [
  { id: 'Top', calls: ['A', 'Gone'], triggers: ['B'], elements: ['t'] },
  { id: 'A', embeds: ['C'], calls: ['Top'], elements: ['a'] },
  { id: 'B', elements: ['a', 'b'] },
  { id: 'C', elements: ['c'] },
]
const forms: readonly (readonly [string, string])[] = [
  ['in one piece', workflowJson(processes)],
  ['in parts', workflowJson([...processes, ...unreachable(180)], { large: 'x'.repeat(5000) })],
]

const reads: readonly ((store: CacheStore) => Promise<unknown>)[] = [
  (store) => readElementUnit(store, 'k', { processId: 'Top' }),
  (store) => readElementUnit(store, 'k', { processId: 'Top', elements: ['a', 'c'] }),
  (store) => readElementUnit(store, 'k', { processId: 'A', elements: [{ processId: 'C', elementId: 'c' }] }),
  (store) => workflowFromCachedElementUnit(store, 'k', 'Top', 'b'),
  (store) => readManifest(store, 'k'),
  (store) => listWorkflows(store),
  (store) => verifyStore(store),
  (store) => holdVersion(store, 'k'),
  (store) => heldVersions(store),
  (store) => prune(store, { grace: 1000, now: () => 0, dryRun: true }),
  (store) => cacheProcess(store, 'k', JSON.stringify(processSpec({ id: 'A' }))),
  (store) => removeProcess(store, 'k', 'A'),
]

/** Reads a store in every way; each ends with a result or an error that has a code. */
async function readAll(content: ReadonlyMap<string, Uint8Array>): Promise<readonly string[]> {
  const ends: string[] = []
  for (const read of reads) {
    try {
      await read(await storeOf(content))
      ends.push('')
    } catch (error) {
      if (!isUnitflowError(error)) throw new Error(`not typed: ${String(error)}`, { cause: error })
      ends.push(error.code)
    }
  }
  return ends
}

const encoder = new TextEncoder()
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

/** The root of a cache with another manifest in it, under a hash that is right: what whoever can write a store can forge. */
function withManifest(content: ReadonlyMap<string, Uint8Array>, manifest: string): Map<string, Uint8Array> {
  const forged = new Map(content)
  for (const [key, bytes] of content) {
    if (!key.startsWith('v2/roots') && !key.startsWith('v2/held')) continue
    const [head = ''] = text(bytes).split('\n')
    const line = head.replace(/"sha256":"\w+"/, `"sha256":"${sha256Hex(encoder.encode(manifest))}"`)
    forged.set(key, encoder.encode(`${line}\n${manifest}\n`))
  }
  return forged
}

/** Another value in place of a part or an object, named by its own hash wherever the old one was. */
function withPart(
  content: ReadonlyMap<string, Uint8Array>,
  key: string,
  part: Uint8Array,
): Map<string, Uint8Array> {
  const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
  const hash = sha256Hex(part)
  const old = base64url(key.slice(-40))
  let manifest = manifestOf(content)
  // Whole hashes begin like short ones, but for the last digit of these.
  manifest = manifest.replaceAll(old, base64url(hash.slice(0, 40)))
  manifest = manifest.replaceAll(new RegExp(`${old.slice(0, 26)}[\\w-]{17}(?=")`, 'g'), base64url(hash))
  return withManifest(new Map(content).set(`v2/objects/${hash.slice(0, 40)}`, part), manifest)
}

function manifestOf(content: ReadonlyMap<string, Uint8Array>): string {
  const [root] = [...content].filter(([key]) => key.startsWith('v2/roots')).map(([, bytes]) => text(bytes))
  return root?.split('\n')[1] ?? ''
}

async function cached(specs: string): Promise<Map<string, Uint8Array>> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  await holdVersion(store, 'k')
  return contentOf(store)
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, 2.5, 1e300, '', 'x', '__proto__', [], {}, [[]], [null], true),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A JSON value with one thing in it replaced, removed or repeated. */
function altered(value: unknown, at: number, by: unknown, how: number): unknown {
  let left = at
  const walk = (each: unknown): unknown => {
    if (left-- === 0) return by
    if (Array.isArray(each)) {
      const items = each.map(walk)
      return how === 1 && left === -1 ? items.slice(1) : how === 2 ? [...items, ...items.slice(0, 1)] : items
    }
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, walk(inner)]))
  }
  return walk(value)
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return 1 + Object.values(value).reduce<number>((sum, inner) => sum + countOf(inner), 0)
}

describe.each(forms)('a manifest %s', (form, specs) => {
  test('U16 of a forged manifest every reader makes a result or a typed error', async () => {
    const content = await cached(specs)
    const manifest: unknown = JSON.parse(manifestOf(content))
    const prototypes = unchangedPrototypes()
    const codes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.nat(), odd, fc.nat(2), async (at, by, how) => {
        const forged = altered(manifest, at % Math.min(countOf(manifest), 400), by, how)
        for (const code of await readAll(withManifest(content, JSON.stringify(forged)))) codes.add(code)
      }),
      { numRuns: form === 'in parts' ? 40 : 200 },
    )
    prototypes.assertUnchanged()
    expect(codes).toContain('root-damaged')
  })

  test('U16 of a forged part or object every reader makes a result or a typed error', async () => {
    const content = await cached(specs)
    const manifest = manifestOf(content)
    const isNamed = (key: string): boolean =>
      manifest.includes(Buffer.from(key.slice(-40), 'hex').toString('base64url').slice(0, 26))
    const keys = [...content.keys()].filter((key) => key.startsWith('v2/objects') && isNamed(key))
    const prototypes = unchangedPrototypes()
    const codes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), odd, fc.nat(2), async (which, at, by, how) => {
        const key = keys[which % keys.length] ?? ''
        const lines = text(content.get(key)).split('\n')
        const head = ((): unknown => {
          try {
            return JSON.parse(lines[0] ?? '')
          } catch {
            return undefined
          }
        })()
        const part =
          head === undefined
            ? Uint8Array.from(content.get(key) ?? [], (byte, index) => (index % 7 === at % 7 ? 0xff : byte))
            : encoder.encode(
                [JSON.stringify(altered(head, at % countOf(head), by, how)), ...lines.slice(1)].join('\n'),
              )
        for (const code of await readAll(withPart(content, key, part))) codes.add(code)
      }),
      { numRuns: form === 'in parts' ? 40 : 200 },
    )
    prototypes.assertUnchanged()
    expect(codes.has('root-damaged') || codes.has('object-damaged')).toBe(true)
  })
})

test('U16 a graph whose numbers have no end, or promise more than there is, ends at once', async () => {
  const content = await cached(forms[1]![1])
  const graph = (JSON.parse(manifestOf(content)) as { readonly graph: string }).graph
  const key = `v2/objects/${Buffer.from(graph, 'base64url').toString('hex')}`
  const object = (content.get(key) ?? new Uint8Array()).slice(0, 20)
  const most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
  for (const bytes of [
    [...object, ...Array<number>(1000).fill(0xff)],
    [...object, ...most],
    [...object, 1, ...most],
    [...object, 1, 1, ...most],
    [...object, 1, 1, 0x80],
    object.slice(0, 7),
    [],
  ]) {
    const store = await storeOf(withPart(content, key, Uint8Array.from(bytes)))
    const asked = readElementUnit(store, 'k', { processId: 'Top', elements: ['c'] })
    const end = await asked.then(
      () => '',
      (error: unknown) => (isUnitflowError(error) ? error.code : String(error)),
    )
    expect(['root-damaged', 'unknown-element']).toContain(end)
  }
})
