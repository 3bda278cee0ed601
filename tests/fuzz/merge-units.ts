import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  isUnitflowError,
  mergeUnits,
  readElementUnit,
  specsToLoad,
  stampUnit,
  unitJson,
  UnitflowError,
} from 'unitflow'
import type { CacheStore, ElementUnit, UnitSpec } from 'unitflow'
import { ReferenceWorkflow } from '../unit/units/reference-unit.js'
import { drawWorkflow } from './drawn-workflow.js'
import type { DrawnWorkflow } from './drawn-workflow.js'
import { slowMerge } from './slow-merge.js'
import type { Merged } from './slow-merge.js'
import { Tape } from './tape.js'

/** What was merged. */
export interface MergeTally {
  merged: number
  conflicts: number
  /** Lazy processes that were loaded, one after the other, until none was left. */
  loaded: number
}

/**
 * Merges units that were read, of one version or of two, or that somebody made up, and compares with the slow merge. Units
 * of one version are loaded further until nothing is lazy: then they hold all that can be reached.
 */
export async function checkMergeUnits(data: Uint8Array): Promise<MergeTally> {
  const tape = new Tape(data)
  const tally: MergeTally = { merged: 0, conflicts: 0, loaded: 0 }
  if (tape.once(2)) {
    const [first, ...others] = [madeUp(tape), ...tape.several(4, () => madeUp(tape))]
    checkMerge([first, ...others], tally)
    return tally
  }
  const isMixed = tape.once(3)
  const versions = isMixed ? 2 : 1
  const stores: { readonly store: CacheStore; readonly workflow: DrawnWorkflow }[] = []
  for (let mark = 0; mark < versions; mark++) {
    const workflow = drawWorkflow(tape, tape.below(2))
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', workflow.text)
    stores.push({ store, workflow })
  }
  const units: ElementUnit[] = []
  for (const { store, workflow } of stores) units.push(...(await drawUnits(tape, store, workflow)))
  const [first, ...others] = units
  const [only] = stores
  if (first === undefined || only === undefined) return tally
  checkMerge([first, ...others], tally)
  if (!isMixed) await loadAll(only.store, only.workflow, first, others, tally)
  return tally
}

function checkMerge(units: readonly [ElementUnit, ...ElementUnit[]], tally: MergeTally): void {
  const [first, ...others] = units
  const before = JSON.stringify(units)
  const expected = slowMerge(units)
  const found = mergedOrConflict(first, others)
  strictEqual(JSON.stringify(units), before, 'merging changed what it was given')
  if (found instanceof UnitflowError) {
    tally.conflicts++
    deepStrictEqual({ conflict: found.fields.processId }, expected)
    return
  }
  deepStrictEqual(plain(found), expected)
  tally.merged++
  strictEqual(Object.getPrototypeOf(found.specs), null)
  // In steps, after a wire, or merged with itself it is the same.
  const [second, ...more] = others
  if (second !== undefined) {
    deepStrictEqual(plain(mergeUnits(mergeUnits(first, second), ...more)), expected)
    deepStrictEqual(plain(mergeUnits(first, mergeUnits(second, ...more))).included, found.included)
  }
  const received = units.map((unit) => JSON.parse(JSON.stringify(unit)) as ElementUnit)
  deepStrictEqual(plain(mergeUnits(received[0] ?? first, ...received.slice(1))), expected)
  checkJson(found)
}

function mergedOrConflict(
  first: ElementUnit,
  others: readonly ElementUnit[],
): ElementUnit | UnitflowError<'merge-conflict'> {
  try {
    return mergeUnits(first, ...others)
  } catch (error) {
    if (isUnitflowError(error, 'merge-conflict')) return error
    throw error
  }
}

/** A unit as the slow merge tells it. */
function plain(unit: ElementUnit): Merged {
  const { specs, ...rest } = unit
  return { ...rest, specs: unit.included.map((id) => [id, specs[id]?.text ?? '']) }
}

/** The text that an engine reads holds each spec once, where it looks for it. */
function checkJson(unit: ElementUnit): void {
  if (unit.specs[unit.processId] === undefined) return
  const json = JSON.parse(unitJson(stampUnit(unit, 'stamp'))) as {
    readonly spec: unknown
    readonly subprocess_specs: Readonly<Record<string, unknown>>
    readonly serializer_version: unknown
  }
  strictEqual(json.serializer_version, 'stamp')
  deepStrictEqual(json.spec, JSON.parse(unit.specs[unit.processId]?.text ?? ''))
  const ids = unit.included.filter((id) => id !== unit.processId || unit.reentered)
  deepStrictEqual(Object.keys(json.subprocess_specs).sort(), [...ids].sort())
  for (const id of ids) deepStrictEqual(json.subprocess_specs[id], JSON.parse(unit.specs[id]?.text ?? ''))
  deepStrictEqual(specsToLoad({ tasks: {}, subprocesses: {} }, unit), [])
  const all = Object.fromEntries([...ids, 'gone'].map((spec, at) => [at, { spec, tasks: {} }]))
  deepStrictEqual(specsToLoad({ tasks: {}, subprocesses: all }, unit), ids.includes('gone') ? [] : ['gone'])
}

async function drawUnits(
  tape: Tape,
  store: CacheStore,
  { ids, elements }: DrawnWorkflow,
): Promise<ElementUnit[]> {
  const units: ElementUnit[] = []
  for (const isResumed of [false, ...tape.several(4, () => tape.once(2))]) {
    const processId = tape.oneOf(ids) ?? ''
    const active = isResumed ? [tape.oneOf([...elements, ...ids]) ?? ''] : []
    try {
      units.push(await readElementUnit(store, 'k', { processId, elements: active }))
    } catch (error) {
      if (!isUnitflowError(error, 'unknown-element')) throw error
    }
  }
  return units
}

/** Loads what is lazy, as an engine would ask for it, until nothing is. */
async function loadAll(
  store: CacheStore,
  { text }: DrawnWorkflow,
  first: ElementUnit,
  others: readonly ElementUnit[],
  tally: MergeTally,
): Promise<void> {
  const reference = new ReferenceWorkflow(text)
  let unit = mergeUnits(first, ...others)
  while (unit.lazy.length > 0) {
    const wanted = unit.lazy
    const more = await Promise.all(wanted.map((processId) => readElementUnit(store, 'k', { processId })))
    unit = mergeUnits(unit, ...more)
    tally.loaded += wanted.length
    for (const id of wanted) ok(!unit.lazy.includes(id), `${JSON.stringify(id)} is lazy though it was loaded`)
  }
  const reached = new Set([first, ...others].flatMap(({ included }) => included))
  for (const id of reached) {
    const { calls = [], brings = [] } = reference.processes.get(id) ?? {}
    for (const to of [...calls, ...brings]) reached.add(to)
  }
  deepStrictEqual([...unit.included].sort(), [...reached].sort())
  const missing = unit.included.flatMap((id) => [...(reference.processes.get(id)?.missing ?? [])])
  deepStrictEqual([...unit.missing].sort(), [...new Set(missing)].sort())
}

const IDS = [
  'A',
  'B',
  '__proto__',
  'constructor',
  '',
  '0',
  '\ud800',
  '\ud83d',
  '\u{1f600}',
  '\uffff',
  'Z',
] as const
const TEXTS = [
  '{}',
  '{"__proto__":{"polluted":1}}',
  '{"task_specs":{"a":{"typename":"CallActivity","spec":"B"}}}',
] as const

/** The text is one of the hash; other hashes may have the same. */
function drawSpec(tape: Tape): UnitSpec {
  const text = tape.below(TEXTS.length)
  return { hash: `${text}${tape.below(2)}`, text: TEXTS[text] ?? '{}' }
}

/** A unit as it may come over a wire: lists in any order, with repeats, of ids that are loaded or not. */
function madeUp(tape: Tape): ElementUnit {
  const processId = tape.pick(IDS)
  const ids = [...new Set(tape.several(6, () => tape.pick(IDS)))]
  const specs = new Map<string, UnitSpec>(ids.map((id) => [id, drawSpec(tape)]))
  const several = (): string[] => tape.several(4, () => tape.pick(IDS))
  return {
    processId,
    specs: Object.fromEntries(specs),
    rest: tape.pick(['{}', '{"a":[1,{"b":"}"}]}', '{"serializer_version":"\\\\","__proto__":2}']),
    included: ids,
    reentered: tape.once(2),
    lazy: several(),
    missing: several(),
  }
}
