import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createMemoryStore,
  cacheElementUnitsForWorkflow,
  decompose,
  readElementUnit,
  unitJson,
} from 'unitflow'
import { minified } from '../../fixtures/units/reference-minifier.js'
import { processSpec, workflowJson } from '../../fixtures/units/spec-builder.js'

async function unitOf(specs: string, processId = 'Top'): Promise<string> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  return unitJson(await readElementUnit(store, 'k', { processId }))
}

/** A workflow whose top process, a task of it and the workflow itself hold a value spelled like this. */
function holding(value: string): string {
  return workflowJson(
    [{ id: 'Top', tasks: [{ name: 't', fields: { mark: 'HERE' } }], fields: { mark: 'HERE' } }],
    { mark: 'HERE' },
  ).replaceAll('"HERE"', value)
}

test.each([
  '1.0',
  '-0',
  '-0.0',
  '0',
  '1e400',
  '-1E+400',
  '1e-400',
  '12345678901234567890',
  '0.1000000000000000055',
  '1E5',
  '1e05',
  '-0e-0',
  `1${'0'.repeat(5000)}`,
  '3.141592653589793238462643383279502884197',
  '"\\ud800"',
  '"\\uDC00\\ud800"',
  '"\\u00e9\\/\\b\\f\\n\\r\\t\\u0000\\u001F"',
  '"\u007f\u2028\u2029\ufeff"',
  '[[],[{}],{"":[]}]',
  '{"a":1,"a":2,"\\u0061":3}',
  'true',
  'null',
  '""',
  '{"__proto__":{"polluted":true},"constructor":1,"toString":null,"":0}',
])('U1 U4 U5 a value spelled %s comes back spelled like this', async (value) => {
  const specs = holding(value)
  const unit = await unitOf(specs)
  expect(unit.split(`"mark":${value}`)).toHaveLength(4)
  expect(unit).toBe(minified(specs))
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('U1 nothing is added to a task and nothing is dropped from it', async () => {
  const fields = [
    {},
    { lane: 'x' },
    { script: 'a' },
    { prescript: null },
    { data_input_associations: [1] },
    { spec: 5 },
    { script: 7, lane: {}, postscript: [] },
  ]
  const specs = workflowJson([
    { id: 'Top', tasks: fields.map((each, index) => ({ name: `t${index}`, fields: each })) },
  ])
  expect(await unitOf(specs)).toBe(minified(specs))
})

test('U1 fields that decomposition reads may stand in any order and be spelled with escapes', async () => {
  const specs = workflowJson([{ id: 'Top', calls: ['S'], elements: ['e'] }, { id: 'S' }])
  const spelled = specs.replace(
    /"(spec|subprocess_specs|name|typename|task_specs|bpmn_id|CallActivity|call_S|S|e)"/g,
    (all) => all.replace(/\w/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
  expect(spelled).not.toMatch(/"spec"|"name"|"CallActivity"/)
  const { manifest } = decompose(spelled)
  const { manifest: plain } = decompose(specs)
  expect(manifest.elements).toEqual(plain.elements)
  expect(manifest.processes.map(({ calls }) => ({ ...calls }))).toEqual([{}, { S: ['call_S'] }])
  expect(JSON.parse(await unitOf(spelled))).toEqual(JSON.parse(await unitOf(specs)))
})

const hostile = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '0',
  '-1',
  'a/b',
  '~',
  '\\',
  '"',
  '\n',
  '\0',
  '\ud800',
  '\udc00',
  '\ud800x',
  '\udc00\ud800',
  '\u{1f600}',
  '\uffff',
  '\ufeff',
  'é',
  'e\u0301',
  'x'.repeat(9_000),
  'spec',
  'length',
]

test.each(hostile)('U5 hostile id %# is an id of process, task and element like any other', async (id) => {
  const specs = workflowJson([
    { id: 'Top', calls: [id], elements: [id] },
    { id, tasks: [{ name: id, bpmnId: `${id}!` }] },
  ])
  const { manifest } = decompose(specs)
  expect(manifest.processes.map((process) => process.id).sort()).toEqual(['Top', id].sort())
  const top = manifest.processes.find((process) => process.id === 'Top')!
  expect(Object.entries(top.calls)).toEqual([[id, [`call_${id}`]]])
  expect(Object.getOwnPropertyDescriptor(manifest.elements, id)?.value).toEqual(['Top'])
  expect(Object.getOwnPropertyDescriptor(manifest.elements, `${id}!`)?.value).toEqual([id])
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, id, specs)
  const unit = await readElementUnit(store, id, { processId: 'Top', elements: [`${id}!`] })
  expect(unit.included).toHaveLength(2)
  const parsed = JSON.parse(unitJson(unit)) as { subprocess_specs: object }
  expect(Object.entries(parsed.subprocess_specs)).toEqual([
    [id, JSON.parse(JSON.stringify(processSpec({ id, tasks: [{ name: id, bpmnId: `${id}!` }] })))],
  ])
})

test('U5 all hostile ids at once are kept apart', async () => {
  const processes = [{ id: 'Top', calls: hostile }, ...hostile.map((id) => ({ id, elements: [`of ${id}`] }))]
  const { manifest } = decompose(workflowJson(processes))
  expect(manifest.processes).toHaveLength(processes.length)
  for (const id of hostile) expect(manifest.elements[`of ${id}`]).toEqual([id])
  expect(new Set(manifest.objects.map(({ hash }) => hash)).size).toBe(processes.length)
})

const sortedIds = (ids: readonly string[]): string[] => {
  const { manifest } = decompose(workflowJson([{ id: 'Top', calls: ids }, ...ids.map((id) => ({ id }))]))
  return manifest.processes.map(({ id }) => id).filter((id) => id !== 'Top')
}

test('U18 lists come sorted by code point, not by UTF-16 unit', () => {
  expect(sortedIds(['\uffff', '\u{10000}', 'a', 'Z', '\ue000'])).toEqual([
    'Z',
    'a',
    '\ue000',
    '\uffff',
    '\u{10000}',
  ])
})

test('U18 a lone surrogate sorts by its code point, below U+E000, as in Rust and Python', () => {
  expect(sortedIds(['\ue000', '\ud800']).map((id) => id.charCodeAt(0))).toEqual([0xd800, 0xe000])
})

test('U1 any JSON around the specs comes back as it is spelled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json({ stringUnit: 'binary', maxDepth: 4 }),
      fc.constantFrom('', ' ', '\n\t'),
      async (json, space) => {
        const value = space === '' ? json : JSON.stringify(JSON.parse(json), null, space)
        const specs = holding(value)
        expect(await unitOf(specs)).toBe(minified(specs))
      },
    ),
    { numRuns: 150 },
  )
})
