import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, cacheProcess, createMemoryStore, decompose } from 'unitflow'
import { processSpec, workflowJson, workflowOf } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'

const workflow = workflowJson([{ id: 'Top' }])
const bpmn = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
const dmn = 'https://www.omg.org/spec/DMN/20191111/MODEL/'
const state = { tasks: {}, subprocesses: {}, root: 'x', last_task: null, typename: 'BpmnWorkflow' }

describe.each<[kind: string, hint: RegExp, inputs: (string | Uint8Array)[]]>([
  [
    'bpmn-xml',
    /export-specs/,
    [
      `<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions xmlns:bpmn="${bpmn}" id="d"/>`,
      `\ufeff  <!-- x -->\n<definitions xmlns='${bpmn}'><process id="p"/></definitions>`,
      // A diagram that uses a table names both.
      `<definitions xmlns:a="${bpmn}" xmlns:b="${dmn}">`,
      new TextEncoder().encode(`<definitions xmlns="${bpmn}">`),
    ],
  ],
  [
    'dmn-xml',
    /spec of the diagram that uses it/,
    [`<definitions xmlns="${dmn}" xmlns:x="${bpmn}"/>`, `\n<x xmlns="${dmn}">`],
  ],
  ['xml', /export-specs/, ['<svg/>', '<?xml version="1.0"?><a>', '<', '<!DOCTYPE html><html>']],
  ['gzip', /[Dd]ecompress/, [gzipSync(workflow), Uint8Array.of(0x1f, 0x8b)]],
  ['zip', /[Uu]npack/, [Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'PK\u0003\u0004']],
  [
    'workflow-state',
    /spec.*subprocess_specs/,
    [
      JSON.stringify({ ...workflowOf([{ id: 'Top' }]), ...state }),
      JSON.stringify({ ...state, ...workflowOf([{ id: 'Top' }]) }),
      JSON.stringify(state),
      JSON.stringify({ tasks: {}, subprocesses: {}, data: {} }),
    ],
  ],
  ['process-spec', /cacheProcess/, [JSON.stringify(processSpec({ id: 'Top' }))]],
  ['list', /one workflow at a time/, ['[]', `[${workflow},${workflow}]`, ' [1]']],
  ['json-in-a-string', /parse it once/, [JSON.stringify(workflow), '""']],
])('U33 %s', (kind, hint, inputs) => {
  test.each(inputs.map((input, index) => ({ index, input })))(
    'is recognised, and said how to go on ($index)',
    async ({ input }) => {
      const store = createMemoryStore()
      for (const layout of ['v2', 'v1'] as const) {
        const error = await refused(cacheElementUnitsForWorkflow(store, 'k', input, { layout }))
        expect(error).toMatchObject({ code: 'not-a-spec', fields: { kind } })
        if (error.code !== 'not-a-spec') throw error
        expect(error.fields.hint).toMatch(hint)
        expect(error.message).toContain(error.fields.hint)
      }
      for await (const key of store.keys()) expect.unreachable(key)
      await cacheElementUnitsForWorkflow(store, 'k', workflow)
      // The one of them that cacheProcess is for.
      if (kind === 'process-spec') await cacheProcess(store, 'k', input)
      else
        expect(await refused(cacheProcess(store, 'k', input))).toMatchObject({
          code: 'not-a-spec',
          fields: { kind },
        })
    },
  )
})

test.each([
  ['{}', 'bad-spec'],
  ['{"tasks":{}}', 'bad-spec'],
  ['{"spec":{"task_specs":{}}}', 'bad-spec'],
  ['7', 'bad-spec'],
  ['null', 'bad-spec'],
  ['true', 'bad-spec'],
  ['[1,', 'not-json'],
  ['"abc', 'not-json'],
  ['[] []', 'not-json'],
  ['PK', 'not-json'],
  ['process: x', 'not-json'],
])('U33 %s is not taken for something that it is not', async (input, code) => {
  expect((await refused(() => decompose(input))).code).toBe(code)
})

test('U33 a workflow with a field of its own called tasks, or root, is a workflow', () => {
  expect(decompose(workflowJson([{ id: 'Top' }], { tasks: [1] })).manifest.top).toBe('Top')
  expect(decompose(workflowJson([{ id: 'Top' }], { root: [1], task_specs: {} })).manifest.top).toBe('Top')
})
