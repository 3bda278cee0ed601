import { describe, expect, test } from 'vitest'
import { decompose } from 'unitflow'
import { callTask, processSpec, workflowJson, workflowOf } from '../../fixtures/units/spec-builder.js'
import type { Json } from '../../fixtures/units/spec-builder.js'
import { refused } from '../units/refused.js'

const model = (): Json =>
  workflowOf([
    { id: 'Top', calls: ['Called'], embeds: ['Inner'] },
    { id: 'Called', elements: ['e'] },
    { id: 'Inner', tasks: [{ ...callTask('Called'), typename: 'TransactionSubprocess' }] },
  ])

/** The workflow with the value at a path replaced, or taken away where there is none. */
function changed(path: readonly string[], value?: unknown): string {
  const root = model()
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Json, root)
  const last = path.at(-1) ?? ''
  if (value === undefined) Reflect.deleteProperty(parent, last)
  else parent[last] = value
  return JSON.stringify(root)
}

const values: Record<string, unknown> = {
  null: null,
  'a boolean': true,
  'a number': 7.5,
  'a string': 'x',
  'an array': [],
  'an object': {},
}
const object = ['an object']
const strings = ['an array']
const string = ['a string']
const processFields: Record<string, string[]> = {
  name: string,
  typename: string,
  task_specs: object,
  data_objects: object,
}
const taskFields: Record<string, string[]> = {
  name: string,
  typename: string,
  inputs: strings,
  outputs: strings,
}

/** Path of a field, and what kinds of values are right there. */
const fields: [path: string[], right: string[]][] = []
fields.push([['spec'], object], [['subprocess_specs'], object])
for (const process of [['spec'], ['subprocess_specs', 'Called'], ['subprocess_specs', 'Inner']]) {
  fields.push([process, object])
  for (const [field, right] of Object.entries(processFields)) fields.push([[...process, field], right])
  const task = [...process, 'task_specs', 'Start']
  fields.push([task, object])
  for (const [field, right] of Object.entries(taskFields)) fields.push([[...task, field], right])
}
fields.push([['spec', 'task_specs', 'call_Called', 'spec'], string])
fields.push([['spec', 'task_specs', 'Inner', 'spec'], string])
fields.push([['subprocess_specs', 'Inner', 'task_specs', 'call_Called', 'spec'], string])

describe.each(fields.map(([path, right]) => ({ at: `/${path.join('/')}`, path, right })))(
  'at $at',
  ({ at, path, right }) => {
    test('U4 every value of a wrong type is bad-spec that names place, wanted and found', async () => {
      for (const [kind, value] of Object.entries(values)) {
        if (right.includes(kind)) continue
        const error = await refused(() => decompose(changed(path, value)))
        const found = right === strings && kind === 'an array' ? 'an array with other items' : kind
        expect(error, kind).toMatchObject({ code: 'bad-spec', fields: { pointer: at, found } })
        expect(error.message).toContain(at)
      }
    })

    test('U4 its absence is bad-spec that names the field', async () => {
      if (['Called', 'Inner', 'Start'].includes(path.at(-1)!)) return decompose(changed(path))
      const error = await refused(() => decompose(changed(path)))
      expect(error).toMatchObject({ code: 'bad-spec', fields: { pointer: at, found: 'nothing' } })
      return undefined
    })
  },
)

test('U4 the place of a wrong value is told in bytes, lines and columns of the text that came', async () => {
  const text = JSON.stringify(JSON.parse(changed(['subprocess_specs', 'Called', 'name'], 42)), null, 2)
  const umlaut = text.replace('"fixture"', '"ü"').replace('"description": "Top"', '"description": "ÄÖÜ"')
  const before = new TextEncoder().encode(umlaut.slice(0, umlaut.indexOf('42')))
  const error = await refused(() => decompose(umlaut))
  expect(error.fields).toMatchObject({
    pointer: '/subprocess_specs/Called/name',
    offset: before.length,
    line: before.filter((byte) => byte === 10).length + 1,
    column: before.length - before.lastIndexOf(10),
  })
})

test.each([[[1]], [['a', null]], [[['a']]], [[{}]], [['a', 'b', true]]])(
  'U4 inputs of %j are refused',
  async (list) => {
    const error = await refused(() => decompose(changed(['spec', 'task_specs', 'Start', 'inputs'], list)))
    expect(error.fields).toMatchObject({
      pointer: '/spec/task_specs/Start/inputs',
      expected: 'an array of strings',
    })
  },
)

test.each(['correlation_keys', 'io_specification'])('U4 a process without %s is refused', async (field) => {
  const error = await refused(() => decompose(changed(['spec', field])))
  expect(error).toMatchObject({ code: 'bad-spec', fields: { pointer: `/spec/${field}`, found: 'nothing' } })
})

test('U4 what only an ordinary task has may be of any type', () => {
  for (const value of Object.values(values)) {
    const task = {
      name: 't',
      typename: 'Remapped',
      fields: { spec: value, trigger_specs: value, bpmn_name: value },
    }
    const elements = decompose(workflowJson([{ id: 'Top', tasks: [task] }])).manifest.elements
    expect(Object.keys(elements)).toEqual(['t'])
  }
})

test.each(['CallActivity', 'SubWorkflowTask', 'TransactionSubprocess', 'EventSubprocess'])(
  'U4 a %s without a string spec is refused, whatever comes first in its text',
  async (typename) => {
    for (const spec of [undefined, null, 5, ['x']]) {
      const task = { name: 't', typename, fields: spec === undefined ? {} : { spec } }
      const specs = workflowJson([{ id: 'Top', tasks: [task] }])
      const reversed = specs.replace(
        /("t":\{[^}]*?)"typename":"\w+",([^}]*)\}/,
        `$1$2,"typename":"${typename}"}`,
      )
      for (const text of [specs, reversed]) {
        const error = await refused(() => decompose(text))
        expect(error).toMatchObject({ code: 'bad-spec', fields: { pointer: '/spec/task_specs/t/spec' } })
      }
    }
  },
)

describe('duplicate keys', () => {
  const good = JSON.stringify(processSpec({ id: 'Good', elements: ['good'] }))
  const bad = JSON.stringify(
    processSpec({ id: 'Bad', calls: ['gone'], elements: ['bad'], triggers: ['gone'] }),
  )
  const ofSubs = (...members: string[]): string => `{"spec":${good},"subprocess_specs":{${members.join()}}}`
  const ids = (text: string): string[] => decompose(text).manifest.processes.map(({ id }) => id)
  const elements = (text: string): string[] => Object.keys(decompose(text).manifest.elements)

  test.each(['7', 'null', '[]', '{}', '{"name":1}', bad, bad.replace('"inputs":[]', '"inputs":{}')])(
    'U5 of two processes of one id the last counts, though the first is %s',
    (first) => {
      const second = JSON.stringify(processSpec({ id: 'S', elements: ['later'] }))
      const text = ofSubs(`"S":${first}`, `"\\u0053":${second}`)
      expect(ids(text)).toEqual(['Good', 'S'])
      expect(elements(text)).toEqual(['good', 'later'])
      expect(decompose(text).version).toBe(decompose(ofSubs(`"S":${second}`)).version)
      for (const field of ['spec', 'subprocess_specs']) {
        const whole = field === 'spec' ? good : `{"S":${second}}`
        const twice = `{"${field}":${first},${ofSubs(`"S":${second}`).slice(1, -1)},"${field}":${whole}}`
        expect(decompose(twice).version).toBe(decompose(ofSubs(`"S":${second}`)).version)
      }
    },
  )

  test('U4 U5 a wrong shape that comes last is refused though a right one stands before', async () => {
    const error = await refused(() => decompose(ofSubs(`"S":${good}`, '"S":7')))
    expect(error.fields).toMatchObject({ pointer: '/subprocess_specs/S', found: 'a number' })
    const inner = await refused(() =>
      decompose(ofSubs(`"S":${good.replace('"typename"', '"name":7,"typename"')}`)),
    )
    expect(inner.fields).toMatchObject({ pointer: '/subprocess_specs/S/task_specs/Start/name' })
  })

  test.each([
    ['name', '7', '"N"'],
    ['typename', 'null', '"T"'],
    ['task_specs', '[]', '{}'],
    ['task_specs', '{"t":7}', '{}'],
    ['data_objects', '"x"', '{}'],
  ])('U5 a process field %s that is %s and then right is right', async (field, wrong, right) => {
    const process = (...pairs: string[]): string => ofSubs(`"S":${good.slice(0, -1)},${pairs.join()}}`)
    decompose(process(`"${field}":${wrong}`, `"${field}":${right}`))
    const error = await refused(() => decompose(process(`"${field}":${right}`, `"${field}":${wrong}`)))
    expect(error.code).toBe('bad-spec')
  })

  test.each([
    ['name', '7', '"N"'],
    ['typename', '{}', '"T"'],
    ['inputs', '[1]', '[]'],
    ['outputs', 'null', '["x"]'],
  ])('U5 a task field %s that is %s and then right is right', async (field, wrong, right) => {
    const task = (...pairs: string[]): string =>
      ofSubs(`"S":${good.replace('"inputs":[],"outputs":[]', pairs.join())}`)
    const fieldsOf = (value: string): string[] => ['"inputs":[]', '"outputs":[]', `"${field}":${value}`]
    decompose(task(...fieldsOf(wrong), `"${field}":${right}`))
    const error = await refused(() => decompose(task(...fieldsOf(right), `"${field}":${wrong}`)))
    expect(error.code).toBe('bad-spec')
  })

  const start = (more: string): string =>
    `"Start":{"name":"Start","typename":"BpmnStartTask","inputs":[],"outputs":[],"bpmn_id":null${more}}`
  const triggering = (...tasks: string[]): string => {
    const call = /"call_S":\{[^}]*\}/.exec(JSON.stringify(processSpec({ id: 'x', calls: ['S'] })))![0]
    const top = good.replace(/"task_specs":\{.*\},"io_sp/, `"task_specs":{${[...tasks, call].join()}},"io_sp`)
    return `{"spec":${top},"subprocess_specs":{"S":${good}}}`
  }

  test('U5 of two tasks of one key the last counts, with its references and elements', () => {
    const twice = triggering('"call_S":7', start(''), '"\\u0053tart":{}', start(',"bpmn_id":"e"'))
    expect(elements(twice)).toEqual(['call_S', 'e', 'good'])
    expect(decompose(twice).manifest.processes[0]?.calls).toEqual({ S: ['call_S'] })
  })

  test('U5 of two tasks of one key only the last one triggers', () => {
    const triggers = (text: string): readonly string[] => decompose(text).manifest.processes[0]!.triggers
    expect(triggers(triggering(start(',"trigger_specs":["call_S"]')))).toEqual(['S'])
    expect(triggers(triggering(start(''), start(',"trigger_specs":["call_S"]')))).toEqual(['S'])
    expect(triggers(triggering(start(',"trigger_specs":["call_S"],"trigger_specs":[]')))).toEqual([])
    expect(triggers(triggering(start(',"trigger_specs":["call_S"]'), start('')))).toEqual([])
  })
})
