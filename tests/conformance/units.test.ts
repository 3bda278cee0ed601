import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  isUnitflowError,
  readElementUnit,
  readManifest,
  unitJson,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { ActiveElement, AnyUnitflowError, CacheStore, ElementUnit } from 'unitflow'
import { canonicalJson } from './canonical-json.js'
import { RECORDS, hasRecords, readJson, readText, unitCases } from './records.js'

interface UnitFacts {
  readonly included: string[]
  readonly lazy: string[]
  readonly missing: string[]
  readonly also_loaded?: string[]
}
interface Facts {
  readonly top: string
  readonly processes: Record<
    string,
    {
      embedded: string[]
      triggers?: string[]
      calls: Record<string, string[]>
      missing: string[]
      elements: string[]
    }
  >
  readonly repeated_elements: Record<string, string[]>
  readonly start: Record<string, UnitFacts>
  readonly resume: ResumeRow[]
  readonly resume_by_process_id: ResumeRow[]
  readonly preserved?: { process: string; pointer: string; text: string; exact: boolean }[]
}
type ResumeRow = Partial<UnitFacts> & {
  readonly process: string
  readonly elements: { element: string; process?: string }[]
  readonly error?: string
}
type Specs = { spec: { name: string }; subprocess_specs: Record<string, unknown> } & Record<string, unknown>

const decoder = new TextDecoder()

if (!hasRecords) {
  test('the recorded workflows are not beside this project, so nothing is compared with them', () => {
    expect(hasRecords).toBe(false)
  })
}

describe.each(hasRecords ? unitCases() : [])('%s', (name) => {
  const folder = `units/${name}`
  const text = hasRecords ? readText(`${folder}/specs.json`) : ''
  const specs = hasRecords ? (readJson(`${folder}/specs.json`) as Specs) : ({} as Specs)
  const facts = hasRecords ? (readJson(`${folder}/facts.json`) as Facts) : ({} as Facts)

  test('U3 U18 U21 the manifest says what the record says', async () => {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', text)
    const manifest = await readManifest(store, 'k')
    expect(manifest).toEqual(decompose(text).manifest)
    expect(manifest.top).toBe(facts.top)
    const byId = new Map(manifest.processes.map((process) => [process.id, process]))
    expect([...byId.keys()].sort()).toEqual(Object.keys(facts.processes).sort())
    for (const [id, recorded] of Object.entries(facts.processes)) {
      const process = byId.get(id)!
      expect(plain(process.calls), id).toEqual(plain(recorded.calls))
      const embedded = new Set(process.embeds.filter((each) => byId.has(each)))
      for (const each of embedded)
        for (const inner of byId.get(each)!.embeds) if (byId.has(inner)) embedded.add(inner)
      expect([...embedded].sort(), id).toEqual([...recorded.embedded].sort())
      expect([...process.triggers], id).toEqual(recorded.triggers ?? [])
      const elements = Object.keys(manifest.elements).filter((element) =>
        manifest.elements[element]!.includes(id),
      )
      expect(elements.sort(), id).toEqual([...recorded.elements].sort())
    }
    const repeated = Object.entries(manifest.elements).filter(([, holders]) => holders.length > 1)
    expect(plain(Object.fromEntries(repeated))).toEqual(plain(facts.repeated_elements))
  })

  test('U19 start units hold what the record says', async () => {
    const store = await cached(text)
    for (const [process, recorded] of Object.entries(facts.start)) {
      const unit = await readElementUnit(store, 'k', { processId: process })
      compare(unit, recorded, process)
      sameSpecs(unit, specs, facts.top)
    }
  })

  test('U20 resume units hold what the record says', async () => {
    const store = await cached(text)
    for (const row of [...facts.resume, ...facts.resume_by_process_id]) {
      const elements = row.elements.map(({ element, process }): ActiveElement =>
        process === undefined ? element : { processId: process, elementId: element },
      )
      const context = JSON.stringify({ process: row.process, elements: row.elements })
      const read = readElementUnit(store, 'k', { processId: row.process, elements })
      if (row.error !== undefined) {
        expect((await refusal(read)).code, context).toBe('unknown-element')
        continue
      }
      const unit = await read
      compare(unit, row as UnitFacts, context)
      sameSpecs(unit, specs, facts.top)
    }
  })

  test('U1 U5 what the record wants preserved is preserved', async () => {
    const store = await cached(text)
    for (const { process, pointer, text: expected, exact } of facts.preserved ?? []) {
      const unit = await readElementUnit(store, 'k', { processId: process })
      const spec = unit.specs[process]!.text
      const value = pointer
        .split('/')
        .slice(1)
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
        .reduce((at: unknown, key) => (at as Record<string, unknown>)[key], JSON.parse(spec))
      expect(canonicalJson(value)).toBe(canonicalJson(JSON.parse(expected)))
      if (exact) expect(spec).toContain(`:${expected}`)
    }
  })

  test('U6 U7 U8 U9 U10 U11 U12 U13 U14 layout v1 is what the original writes', async () => {
    const recorded = readJson(`${folder}/v1.json`) as Record<string, unknown>
    if (isRefused(recorded)) return
    const store = await cached(text, 'v1')
    const files = new Map<string, string>()
    for await (const key of store.keys('v1/k'))
      files.set(key.slice('v1/k/'.length), decoder.decode(await store.get(key)))
    expect([...files.keys()].sort()).toEqual(Object.keys(recorded).sort())
    for (const [file, expected] of Object.entries(recorded)) {
      const content = expected === 'specs.json' ? specs : expected
      const ours: unknown = JSON.parse(files.get(file)!)
      if (file.startsWith('manifest')) expect(canonicalJson(ours), file).toBe(canonicalJson(content))
      else
        expect(canonicalJson(withoutAdded(ours)), file).toBe(
          canonicalJson(withoutAdded(restored(content, specs))),
        )
    }
  })

  test('U15 every read that the original answers is answered alike from layout v1', async () => {
    const recorded = readJson(`${folder}/v1.json`) as Record<string, unknown>
    if (isRefused(recorded)) return
    const store = await cached(text, 'v1')
    const reads = readJson(`${folder}/reads.json`) as Record<
      string,
      Record<string, { type: string; sha256_as_input: string }>
    >
    for (const [process, elements] of Object.entries(reads)) {
      for (const [element, { sha256_as_input }] of Object.entries(elements)) {
        const json = await workflowFromCachedElementUnit(store, 'k', process, element, { layout: 'v1' })
        const { serializer_version: stamp, ...unit } = JSON.parse(json) as Record<string, unknown>
        expect(stamp).toBe('unitflow-0.1.0')
        expect(createHash('sha256').update(canonicalJson(unit)).digest('hex'), `${process} ${element}`).toBe(
          sha256_as_input,
        )
      }
    }
  })
})

describe.runIf(hasRecords)('broken inputs', () => {
  interface Row {
    readonly file: string
    readonly verdict: 'reject' | 'accept' | 'either'
    readonly at?: string
  }
  const rows = hasRecords ? (readJson('units/bad.json') as Row[]) : []
  test.each(rows)('U4 $file: $verdict', async ({ file, verdict, at }) => {
    const bytes = readFileSync(`${RECORDS}units/${file}`)
    for (const layout of ['v2', 'v1'] as const) {
      const store = createMemoryStore()
      const caching = cacheElementUnitsForWorkflow(store, 'k', bytes, { layout })
      if (verdict === 'accept') {
        await caching
        continue
      }
      const error = await refusal(caching, verdict === 'either')
      if (error === undefined) continue
      const pointer = 'pointer' in error.fields ? error.fields.pointer : undefined
      if (at !== undefined && error.code !== 'not-a-spec' && error.code !== 'not-utf8')
        expect(pointer).toBe(at)
      for await (const key of store.keys()) expect.unreachable(`${key} was written`)
    }
  })
})

/** Whether the original refuses the input: then there is nothing to compare. */
function isRefused(recorded: Record<string, unknown>): boolean {
  if (!('error' in recorded)) return false
  expect(Object.keys(recorded)).toEqual(['error'])
  return true
}

async function cached(text: string, layout: 'v1' | 'v2' = 'v2'): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', text, { layout })
  return store
}

function compare(unit: ElementUnit, recorded: UnitFacts, context: string): void {
  const { included, lazy, missing, reentered } = unit
  expect({ included, lazy, missing, also: reentered ? [unit.processId] : [] }, context).toEqual({
    included: recorded.included,
    lazy: recorded.lazy,
    missing: recorded.missing,
    also: recorded.also_loaded ?? [],
  })
  expect(Object.keys(unit.specs).sort()).toEqual([...included].sort())
}

/** U17 U23: a process is the same spec wherever it is loaded from, and the unit is a workflow an engine can read. */
function sameSpecs(unit: ElementUnit, specs: Specs, top: string): void {
  const json = JSON.parse(unitJson(unit)) as Specs
  const original = (id: string): unknown =>
    id === top ? specs.spec : Object.getOwnPropertyDescriptor(specs.subprocess_specs, id)?.value
  expect(canonicalJson(json.spec)).toBe(canonicalJson(original(unit.processId)))
  const ids = unit.included.filter((id) => id !== unit.processId || unit.reentered)
  expect(Object.keys(json.subprocess_specs).sort()).toEqual([...ids].sort())
  for (const id of ids) {
    const spec: unknown = Object.getOwnPropertyDescriptor(json.subprocess_specs, id)?.value
    expect(canonicalJson(spec)).toBe(canonicalJson(original(id)))
  }
  const without = (workflow: Specs): object => ({ ...workflow, spec: 0, subprocess_specs: 0 })
  expect(canonicalJson(without(json))).toBe(canonicalJson(without(specs)))
}

/** The original adds these to every task that has neither. */
function withoutAdded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAdded)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, member]) => !((key === 'prescript' || key === 'postscript') && member === null),
  )
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutAdded(member)]))
}

/** A recorded unit with every process as the input has it, since the original drops fields (U1). */
function restored(content: unknown, specs: Specs): unknown {
  const original = (id: string): unknown => (id === specs.spec.name ? specs.spec : specs.subprocess_specs[id])
  const unit = content as Record<string, unknown>
  const process = (value: unknown): unknown => original((value as { name: string }).name)
  if (unit['LazySubprocesses'] !== undefined) return { LazySubprocesses: [specs.spec, {}] }
  if (unit['PromotedSubprocess'] !== undefined) {
    const [spec] = unit['PromotedSubprocess'] as unknown[]
    return { PromotedSubprocess: [process(spec), {}] }
  }
  if (unit['ResumableSubprocess'] !== undefined) {
    const [id] = unit['ResumableSubprocess'] as [string]
    return { ResumableSubprocess: [id, specs.spec, Object.fromEntries([[id, original(id)]])] }
  }
  return unit['FullWorkflow'] === undefined ? content : { FullWorkflow: specs }
}

async function refusal(work: Promise<unknown>): Promise<AnyUnitflowError>
async function refusal(work: Promise<unknown>, maybe: boolean): Promise<AnyUnitflowError | undefined>
async function refusal(work: Promise<unknown>, maybe = false): Promise<AnyUnitflowError | undefined> {
  try {
    await work
  } catch (error) {
    if (isUnitflowError(error)) return error
    throw error
  }
  if (maybe) return undefined
  throw new Error('expected a refusal')
}

/** Plain records, whatever their prototypes, so that they can be compared. */
function plain(value: unknown): string {
  return canonicalJson(value)
}
