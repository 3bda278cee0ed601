import { afterEach, expect, test, vi } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  mergeUnits,
  readElementUnit,
  unitJson,
  workflowFromCachedElementUnit,
} from 'unitflow'
import { minified } from '../../fixtures/units/reference-minifier.js'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'

afterEach(() => vi.restoreAllMocks())

test.each([0, 200])(
  'U26 reading, merging and writing a unit parse no process spec (%i more processes)',
  async (more) => {
    const store = createMemoryStore()
    const processes = [
      { id: 'Top', calls: ['A'], embeds: ['In'] },
      { id: 'A', elements: ['a'] },
      { id: 'In' },
      ...unreachable(more),
    ]
    await cacheElementUnitsForWorkflow(
      store,
      'k',
      workflowJson(processes, { other: { task_specs: 1 }, large: 'x'.repeat(9000) }),
    )
    const parse = vi.spyOn(JSON, 'parse')
    const start = await readElementUnit(store, 'k', { processId: 'Top' })
    const resume = await readElementUnit(store, 'k', { processId: 'Top', elements: ['a'] })
    const other = await readElementUnit(store, 'k', { processId: 'A' })
    const texts = [
      unitJson(mergeUnits(start, other)),
      unitJson(resume),
      await workflowFromCachedElementUnit(store, 'k', 'Top', 'a'),
    ]
    expect(parse).toHaveBeenCalled()
    for (const [text] of parse.mock.calls) expect(text).not.toContain('BpmnProcessSpec')
    parse.mockRestore()
    for (const text of texts)
      expect(Object.keys((JSON.parse(text) as { subprocess_specs: object }).subprocess_specs).sort()).toEqual(
        ['A', 'In'],
      )
  },
)

test('U1 U19 the other top-level fields come with every unit, large or small, in order and spelling', async () => {
  for (const large of ['', 'x'.repeat(20_000)]) {
    const rest = `"b":1.0,"a":[ 1e400 ],"__proto__":{"x":null},"":"\\ud800","large":"${large}"`
    const specs = workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A' }]).replace(
      '"serializer_version":"fixture"',
      rest,
    )
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', specs)
    for (const processId of ['Top', 'A']) {
      const unit = await readElementUnit(store, 'k', { processId })
      expect(unit.rest).toBe(minified(`{${rest}}`))
      expect(unitJson(unit).endsWith(`,${minified(rest)}}`)).toBe(true)
    }
  }
})

test('U19 a workflow without other fields, and one with its specs in the middle, are whole as well', async () => {
  const [spec, others] = [/"spec":.*(?=,"subprocess_specs")/, /"subprocess_specs":.*(?=,"serializer)/].map(
    (pattern) => pattern.exec(workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A' }]))![0],
  ) as [string, string]
  const store = createMemoryStore()
  for (const [text, rest] of [
    [`{${spec},${others}}`, '{}'],
    [`{${others},${spec}}`, '{}'],
    [`{"a":1,${others},"b":[2],${spec},"c":{"d":3}}`, '{"a":1,"b":[2],"c":{"d":3}}'],
  ] as const) {
    await cacheElementUnitsForWorkflow(store, 'k', text)
    const unit = await readElementUnit(store, 'k', { processId: 'Top', elements: ['A'] })
    expect(unit.rest).toBe(rest)
    expect(JSON.parse(unitJson(unit))).toEqual(JSON.parse(text))
  }
})

test('U19 when the top process also stands in subprocess_specs, the top one wins', async () => {
  const text = workflowJson([
    { id: 'Top', calls: ['Top'], elements: ['real'] },
    { id: 'Top', elements: ['other'] },
  ])
  const store = createMemoryStore()
  const report = await cacheElementUnitsForWorkflow(store, 'k', text)
  expect(report.processes.map(({ id }) => id)).toEqual(['Top'])
  const unit = await readElementUnit(store, 'k', { processId: 'Top', elements: ['real'] })
  expect(unit.reentered).toBe(true)
  const { spec, subprocess_specs: specs } = JSON.parse(unitJson(unit)) as {
    spec: object
    subprocess_specs: { Top: object }
  }
  expect(specs).toEqual({ Top: spec })
  expect(unitJson(unit)).not.toContain('"other"')
})

test('U20 elements of several branches give one unit; each form of naming them does', async () => {
  const store = createMemoryStore()
  const processes = [
    { id: 'Top', calls: ['A', 'B'] },
    { id: 'A', calls: ['C'], elements: ['same'] },
    { id: 'B', elements: ['same', 'b'] },
    { id: 'C', elements: ['c'] },
    { id: 'Elsewhere', calls: ['C'], elements: ['same'] },
  ]
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(processes))
  const included = async (
    ...elements: (string | { processId: string; elementId: string })[]
  ): Promise<readonly string[]> =>
    (await readElementUnit(store, 'k', { processId: 'Top', elements })).included
  expect(await included('c', 'b')).toEqual(['A', 'B', 'C', 'Top'])
  expect(await included('same')).toEqual(['A', 'B', 'Top'])
  expect(await included({ processId: 'A', elementId: 'same' })).toEqual(['A', 'Top'])
  expect(
    await included({ processId: 'A', elementId: 'same' }, { processId: 'Elsewhere', elementId: 'same' }),
  ).toEqual(['A', 'Top'])
  expect(await included('A')).toEqual(['A', 'Top'])
  expect(await included('call_A')).toEqual(['Top'])
  expect(await included({ processId: 'C', elementId: 'C' })).toEqual(['A', 'C', 'Top'])
  expect(await included()).toEqual(['Top'])
})
