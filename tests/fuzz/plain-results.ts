import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import type { CachedWorkflow, ElementUnit, Manifest } from 'unitflow'

/** Whether a unit is one, whatever it holds. */
export function assertUnit(unit: ElementUnit, processId: string): void {
  strictEqual(unit.processId, processId)
  strictEqual(typeof unit.reentered, 'boolean')
  strictEqual(typeof unit.rest, 'string')
  for (const list of [unit.included, unit.lazy, unit.missing]) assertSortedTexts(list)
  strictEqual(Object.getPrototypeOf(unit.specs), null)
  deepStrictEqual(Object.keys(unit.specs).sort(), [...unit.included].sort())
  ok(unit.included.includes(processId))
  for (const id of unit.included) {
    const spec = unit.specs[id]
    ok(spec !== undefined && /^[0-9a-f]{64}$/.test(spec.hash) && typeof spec.text === 'string')
  }
}

function assertSortedTexts(list: readonly string[]): void {
  ok(Array.isArray(list))
  for (const text of list) strictEqual(typeof text, 'string')
  strictEqual(new Set(list).size, list.length)
}

/** Whether a manifest is one, whatever it says. */
export function assertManifest(manifest: Manifest): void {
  const { version, top, objects, processes, elements } = manifest
  strictEqual(typeof version, 'string')
  strictEqual(typeof top, 'string')
  for (const { hash, bytes, processes: members } of objects) {
    ok(/^[0-9a-f]{40,64}$/.test(hash))
    strictEqual(typeof bytes, 'number')
    assertTexts(members)
  }
  for (const process of processes) {
    ok(/^[0-9a-f]{40,64}$/.test(process.hash))
    strictEqual(typeof process.id, 'string')
    strictEqual(typeof process.bytes, 'number')
    strictEqual(typeof process.closure, 'string')
    for (const list of [process.embeds, process.triggers, process.missing]) assertTexts(list)
    for (const sites of Object.values(process.calls)) assertTexts(sites)
    strictEqual(Object.getPrototypeOf(process.calls), null)
  }
  strictEqual(Object.getPrototypeOf(elements), null)
  for (const held of Object.values(elements)) assertTexts(held)
}

function assertTexts(list: readonly string[]): void {
  ok(Array.isArray(list))
  for (const text of list) strictEqual(typeof text, 'string')
}

/** Whether an item of a list of workflows is one. */
export function assertListed({ cacheKey, version, top, processes, objects }: CachedWorkflow): void {
  assertTexts([cacheKey, version, top])
  for (const count of [processes, objects]) ok(Number.isSafeInteger(count) && count >= 0)
}
