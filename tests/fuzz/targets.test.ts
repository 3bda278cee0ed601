import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { counted } from './counted-blocks.mjs'
import { fuzzTypeScript, TYPE_SCRIPT_TARGETS } from './fuzz-type-script.mjs'
import { mutated, randomOf } from './mutations.mjs'
import { targets } from './targets.js'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Everything that once failed. */
function regressionsOf(target: string): readonly (readonly [name: string, data: Uint8Array])[] {
  const folder = join(here, 'regressions', target)
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((name) => [name, Uint8Array.from(readFileSync(join(folder, name)))])
}

/** Bytes that look random, another series for each number. */
function drawn(number: number): Uint8Array {
  const random = randomOf(number * 7919 + 1)
  return Uint8Array.from({ length: 20 + (number % 200) }, () => Math.floor(random() * 256))
}

async function total(target: string, runs: number): Promise<Record<string, number>> {
  const tally: Record<string, number> = {}
  for (let number = 0; number < runs; number++) {
    for (const [what, count] of Object.entries(await targets[target]!(drawn(number)))) {
      tally[what] = (tally[what] ?? 0) + Number(count)
    }
  }
  return tally
}

test('U16 U27 a store that was altered or forged gives the right answers or typed errors', async () => {
  for (const [, data] of regressionsOf('read_manifest')) await targets['read_manifest']!(data)
  const { right = 0, refused = 0, other = 0 } = await total('read_manifest', 300)
  // Otherwise nothing was compared.
  expect(right).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(100)
  expect(other).toBeGreaterThan(0)
})

test('U22 merged units are what the slow merge says', async () => {
  for (const [, data] of regressionsOf('merge_units')) await targets['merge_units']!(data)
  const { merged = 0, conflicts = 0, loaded = 0 } = await total('merge_units', 300)
  expect(merged).toBeGreaterThan(100)
  expect(conflicts).toBeGreaterThan(10)
  expect(loaded).toBeGreaterThan(10)
})

describe('the fuzzer', () => {
  test('runs each target, counts its executions and the blocks that they reach', async () => {
    expect(Object.keys(targets)).toEqual(TYPE_SCRIPT_TARGETS)
    for (const target of TYPE_SCRIPT_TARGETS) {
      const result = await fuzzTypeScript(target, 2, undefined, 1)
      expect(result).toMatchObject({ target, crash: undefined })
      expect(result.executions).toBeGreaterThan(20)
      expect(result.coverage).toBeGreaterThan(200)
    }
  })

  test('counts blocks of every kind, and changes nothing of what they do', () => {
    const source = `
      export const f = (x: number): number => (x > 2 ? x : -x)
      export function g(x: number): string {
        let text = ''
        if (x > 1) text += 'a'
        else text += 'b'
        for (let n = 0; n < x; n++) text += n
        for (const n of [1, 2]) if (n > x && f(n) > 0) text += n
        while (text.length > 4) text = text.slice(1)
        switch (x) {
          case 3: text += 'three'
          default: text += 'end'
        }
        try { JSON.parse(text) } catch { text += '!' }
        return text ?? (() => 'none')()
      }`
    const blocks = { count: 0 }
    const code = counted(source, 'source.ts', blocks).replaceAll('export ', '')
    const [plain] = [counted(source, 'source.ts', { count: 0 })].map((text) =>
      text.replaceAll('export ', '').replace(/\(?globalThis\.\w+\[\d+\]\+\+\s*,?/g, '(0,'),
    )
    expect(plain).toBeDefined()
    expect(blocks.count).toBe(16)
    expect(code.match(/__unitflowBlocks\[\d+\]/g)).toHaveLength(blocks.count)
  })

  test('makes inputs that differ, the same for the same seed', () => {
    const inputs = (seed: number): string[] => {
      const random = randomOf(seed)
      return Array.from({ length: 50 }, () =>
        Buffer.from(mutated(drawn(1), drawn(2), 100, random)).toString('hex'),
      )
    }
    expect(inputs(5)).toEqual(inputs(5))
    expect(new Set(inputs(5)).size).toBeGreaterThan(40)
    expect(inputs(6)).not.toEqual(inputs(5))
  })
})
