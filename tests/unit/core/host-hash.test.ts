import * as nodeCrypto from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
import type * as Core from '../../../ts/core/index.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { workflowJson } from '../../fixtures/units/spec-builder.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const { createHash, hash } = nodeCrypto
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What a host answers that is asked for its crypto. */
type Host = () => object | undefined

/** Everything that the core says of a workflow, by a fresh copy of the code on a host that answers so. */
async function taken(
  host: Host,
  specs: string,
  layout: 1 | 2 = 2,
): Promise<{ version: string; manifest: string; parts: readonly string[] }> {
  vi.resetModules()
  const asked = vi.spyOn(process, 'getBuiltinModule').mockImplementation(host)
  const { decomposeInCore }: typeof Core = await import('../../../ts/core/index.js')
  // The first call finds out whether the host can, the second one goes by what was found.
  const told = [1, 2].map(() => {
    const { version, manifest, parts } = decomposeInCore(specs, layout, undefined)
    return { version, manifest, parts: parts.map(textOf) }
  })
  asked.mockRestore()
  expect(told[1]).toEqual(told[0])
  return told[0]!
}

function textOf(part: Core.CorePart): string {
  const bytes = part.bytes()
  expect(bytes.length).toBe(part.size)
  if (!part.kind.startsWith('v1-')) expect(part.hash).toBe(sha256(bytes))
  return `${part.kind} ${part.hash} ${new TextDecoder().decode(bytes)}`
}

const none: Host = () => undefined
const able: Host = () => ({ createHash, hash })

/** Hosts that hash, do not, or say that they do. The core's own hash has the last word on all of them. */
const hosts: readonly (readonly [what: string, host: Host])[] = [
  ['hashes', able],
  ['has no crypto.hash yet', () => ({ createHash })],
  ['gives hex for bytes', () => ({ hash: (name: string, bytes: Uint8Array) => hash(name, bytes, 'hex') })],
  [
    'refuses to hand out its modules',
    () => {
      throw new Error('denied')
    },
  ],
  ['hands out something else', () => ({})],
  ['hashes to something else', () => ({ hash: () => new Uint8Array(32) })],
  [
    'hashes by another algorithm',
    () => ({ hash: (_: string, bytes: Uint8Array) => hash('sha1', bytes, 'buffer') }),
  ],
  ['throws from the first hash on', () => failingFrom(0)],
  ['throws from the second hash on', () => failingFrom(1)],
  ['throws in the middle', () => failingFrom(9)],
  ['throws at the manifest', () => failingFrom(60)],
  ['cuts hashes short in the middle', () => ({ hash: cuttingFrom(7) })],
]

function failingFrom(call: number): object {
  let calls = 0
  return {
    hash: (name: string, bytes: Uint8Array, encoding: 'buffer') => {
      if (calls++ >= call) throw new Error('no more')
      return hash(name, bytes, encoding)
    },
  }
}

function cuttingFrom(call: number): (name: string, bytes: Uint8Array, encoding: 'buffer') => Uint8Array {
  let calls = 0
  return (name, bytes, encoding) => hash(name, bytes, encoding).subarray(0, calls++ >= call ? 31 : 32)
}

const real = generateWorkflow({ processes: 37, shape: 'real', pretty: true })
const manyProcesses = generateWorkflow({ processes: 300, shape: 'calls' })
const expectedOf = new Map<string, ReturnType<typeof taken>>()
const expected = (specs: string, layout: 1 | 2 = 2): ReturnType<typeof taken> => {
  const key = `${layout} ${specs}`
  const known = expectedOf.get(key) ?? taken(none, specs, layout)
  expectedOf.set(key, known)
  return known
}

test.each(hosts)('U17 a host that %s: what comes out is the same', async (_, host) => {
  for (const specs of [real, manyProcesses]) expect(await taken(host, specs)).toEqual(await expected(specs))
  expect(await taken(host, real, 1)).toEqual(await expected(real, 1))
})

/** Processes alone and embedded in one another, each of some bytes more than the one before. */
function ofSizes(first: number, count: number): string {
  const processes: ProcessSketch[] = []
  for (let at = 0; at < count; at++) {
    const padding = 'x'.repeat(first + at)
    processes.push({ id: `A${at}`, fields: { padding } })
    processes.push({ id: `B${at}`, embeds: [`C${at}`], fields: { padding } }, { id: `C${at}` })
  }
  return workflowJson([{ id: 'Top' }, ...processes])
}

test('U17 every size around what goes to a host', async () => {
  const from = 1024
  const hashed: number[] = []
  const spied: Host = () => ({
    hash: (name: string, bytes: Uint8Array, encoding: 'buffer') => {
      hashed.push(bytes.length)
      return hash(name, bytes, encoding)
    },
  })
  for (let padding = from - 1000; padding <= from + 80; padding += 40) {
    const specs = ofSizes(padding, 40)
    expect(await taken(spied, specs)).toEqual(await expected(specs))
    expectedOf.clear()
  }
  // The three bytes by which the host is tried do not count.
  const sizes = new Set(hashed.filter((size) => size !== 3))
  expect(Math.min(...sizes)).toBe(from)
  for (let size = from; size < from + 60; size++) expect(sizes.has(size), String(size)).toBe(true)
})

test('U4 what a call gave is its own, whoever hashed it', async () => {
  vi.resetModules()
  const { decomposeInCore }: typeof Core = await import('../../../ts/core/index.js')
  const { parts } = decomposeInCore(real, 2, undefined)
  const before = parts.map(textOf)
  for (let i = 0; i < 5; i++) decomposeInCore(manyProcesses, 2, undefined)
  expect(parts.map(textOf)).toEqual(before)
})

test('U4 a host that fails in a call is not asked in the next one', async () => {
  vi.resetModules()
  const broken = vi.fn((name: string, bytes: Uint8Array, encoding: 'buffer') => {
    if (bytes.length > 3) throw new Error('out of order')
    return hash(name, bytes, encoding)
  })
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ hash: broken })
  const { decomposeInCore }: typeof Core = await import('../../../ts/core/index.js')
  decomposeInCore(real, 2, undefined)
  const calls = broken.mock.calls.length
  expect(calls).toBe(2)
  decomposeInCore(real, 2, undefined)
  expect(broken.mock.calls.length).toBe(calls)
})

test('U4 a trap leaves no copies to the next call', async () => {
  vi.resetModules()
  const { decomposeInCore, withCore }: typeof Core = await import('../../../ts/core/index.js')
  expect(() => withCore('x', (core) => core.trap())).toThrow()
  const { parts } = decomposeInCore(real, 2, undefined)
  expect(parts.map(textOf)).toEqual((await expected(real)).parts)
})
