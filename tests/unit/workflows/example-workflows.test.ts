import { readFileSync, readdirSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { renderWorkflows } from '../../../examples/workflows/generate.mjs'
import {
  allTasks,
  callersOf,
  countEach,
  danglingFlows,
  depthOf,
  elementId,
  parseSpecs,
  processesOf,
  reachable,
  tasksOf,
} from './workflow-facts.js'

const folder = new URL('../../../examples/workflows/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const company = { a: 'order-company.a.json', b: 'order-company.b.json', c: 'order-company.c.json' }
const specs = {
  a: parseSpecs(read(company.a)),
  b: parseSpecs(read(company.b)),
  c: parseSpecs(read(company.c)),
}

describe('the committed files', () => {
  test('are what the generator writes, and all of it', () => {
    const rendered = renderWorkflows()
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual(Object.keys(rendered).sort())
    for (const [name, text] of Object.entries(rendered)) expect(read(name) === text, name).toBe(true)
  })

  test('are written the same way twice', () => {
    expect(renderWorkflows()).toEqual(renderWorkflows())
  })

  test('are small enough to be committed', () => {
    for (const name of Object.values(company)) expect(Buffer.byteLength(read(name))).toBeLessThan(900_000)
  })

  test('have no flow that leads nowhere, and inputs that answer outputs', () => {
    for (const name of Object.keys(renderWorkflows())) {
      const each = parseSpecs(read(name))
      expect(danglingFlows(each), name).toEqual([])
      for (const process of processesOf(each)) {
        const pairs = (from: 'inputs' | 'outputs'): string[] =>
          tasksOf(process)
            .flatMap((task) =>
              task[from].map((other) => (from === 'inputs' ? [other, task.name] : [task.name, other])),
            )
            .map((pair) => pair.join(' -> '))
            .filter((pair) => !pair.endsWith('[child]'))
            .sort()
        expect(pairs('outputs'), process.name).toEqual(pairs('inputs'))
      }
    }
  })
})

describe('dialects', () => {
  test('U3 only A has positions, only B a Root in every process, only C start events', () => {
    for (const dialect of ['a', 'b', 'c'] as const) {
      const processes = processesOf(specs[dialect])
      const tasks = allTasks(specs[dialect])
      const real = tasks.filter((task) => elementId(task) !== undefined)
      expect(real.length).toBeGreaterThan(200)
      expect(real.every((task) => task.position !== undefined)).toBe(dialect === 'a')
      expect(tasks.some((task) => task.position !== undefined)).toBe(dialect === 'a')
      expect(tasks.some((task) => task.bpmn_id !== undefined)).toBe(dialect !== 'a')
      expect(processes.filter((process) => 'Root' in process.task_specs)).toHaveLength(
        dialect === 'b' ? processes.length : 0,
      )
      expect(processes.filter((process) => process.bpmn_start_events)).toHaveLength(
        dialect === 'c' ? processes.length : 0,
      )
      expect(specs[dialect].serializer_version).toBe({ a: '1.2', b: '1.3', c: '1.4' }[dialect])
    }
  })

  test('U3 internal tasks have the names of their time', () => {
    const kinds = (dialect: 'a' | 'b' | 'c'): Set<string> =>
      new Set(allTasks(specs[dialect]).map((t) => t.typename))
    for (const name of ['Simple', 'StartTask', '_BoundaryEventParent']) {
      expect([kinds('a').has(name), kinds('b').has(name), kinds('c').has(name)], name).toEqual([
        true,
        false,
        false,
      ])
    }
    for (const name of ['SimpleBpmnTask', 'BpmnStartTask', 'BoundaryEventSplit', 'BoundaryEventJoin']) {
      expect([kinds('a').has(name), kinds('b').has(name), kinds('c').has(name)], name).toEqual([
        false,
        true,
        true,
      ])
    }
  })

  test('U21 the event subprocess is reached through trigger_specs in C, and left out by A and B', () => {
    const payment = specs.c.subprocess_specs['Payment']!
    expect(payment.task_specs['Start']!.trigger_specs).toEqual(['Payment_Cancelled'])
    expect(payment.task_specs['Payment_Cancelled']).toMatchObject({
      typename: 'SubWorkflowTask',
      inputs: [],
      outputs: [],
    })
    expect(tasksOf(specs.c.subprocess_specs['Payment_Cancelled']!).map((task) => task.spec)).toContain(
      'Refund',
    )
    expect(Object.keys(specs.b.subprocess_specs)).not.toContain('Payment_Cancelled')
    expect(Object.keys(specs.a.subprocess_specs)).not.toContain('Payment_Cancelled')
  })

  test('the same elements stand in all three, but for the event subprocess', () => {
    const elements = (dialect: 'a' | 'b' | 'c'): string[] =>
      processesOf(specs[dialect])
        .filter((process) => process.name !== 'Payment_Cancelled')
        .flatMap((process) =>
          tasksOf(process)
            .filter((task) => elementId(task) !== undefined && task.typename !== '_BoundaryEventParent')
            .map((task) => `${process.name}/${task.name}`),
        )
        .filter((element) => element !== 'Payment/Payment_Cancelled')
        .sort()
    expect(elements('a')).toEqual(elements('c'))
    expect(elements('b')).toEqual(elements('c'))
  })
})

describe('the order company', () => {
  const tasks = allTasks(specs.c)
  const kinds = countEach(tasks.map((task) => task.typename))

  test('has 37 processes, 24 of them callable, six levels deep', () => {
    expect([processesOf(specs.a).length, processesOf(specs.b).length, processesOf(specs.c).length]).toEqual([
      36, 36, 37,
    ])
    const embedded = tasks.filter((task) => task.spec !== undefined && task.typename !== 'CallActivity')
    expect(embedded).toHaveLength(13)
    expect(kinds.get('TransactionSubprocess')).toBe(1)
    for (const dialect of ['a', 'b', 'c'] as const) expect(depthOf(specs[dialect])).toBe(6)
    expect(reachable(specs.c).size).toBe(37)
  })

  test('U18 Order calls Payment and Shipping, and embeds nothing', () => {
    expect(specs.c.spec.name).toBe('Order')
    const references = tasksOf(specs.c.spec).flatMap((task) => task.spec ?? [])
    expect(references).toEqual(['Payment', 'Shipping'])
    expect(specs.c.spec.task_specs['Approve_Payment']!.typename).toBe('UserTask')
    expect(specs.c.subprocess_specs['Shipping']!.task_specs['Pack']!.typename).toBe('ManualTask')
  })

  test('U21 calls are shared, recursive, mutual, and stand in every kind of loop', () => {
    const callers = callersOf(specs.c)
    expect([...callers.values()].filter((set) => set.size > 1).length).toBeGreaterThanOrEqual(7)
    expect(callers.get('Carton_Split')).toContain('Carton_Split')
    expect(callers.get('Refund')).toContain('Dispute')
    expect(callers.get('Dispute')).toContain('Refund')
    for (const process of processesOf(specs.c)) {
      for (const loop of tasksOf(process).filter((task) => task.task_spec !== undefined)) {
        const child = process.task_specs[loop.task_spec!]!
        expect(child).toMatchObject({
          name: `${loop.name} [child]`,
          bpmn_id: loop.bpmn_id,
          typename: 'CallActivity',
        })
      }
    }
    for (const loop of ['ParallelMultiInstanceTask', 'SequentialMultiInstanceTask', 'StandardLoopTask']) {
      expect(kinds.get(loop), loop).toBe(1)
    }
  })

  test('U20 element ids repeat', () => {
    const ids = countEach(tasks.flatMap((task) => elementId(task) ?? []))
    expect(ids.get('StartEvent_1')).toBeGreaterThan(5)
    expect(ids.get('EndEvent_1')).toBeGreaterThan(5)
  })

  test('U2 it has what else a process may have', () => {
    const processes = processesOf(specs.c)
    expect(processes.filter((process) => process.io_specification).length).toBeGreaterThan(2)
    expect(specs.c.subprocess_specs['Payment']!.data_objects).toHaveProperty('payment_log')
    expect(
      processes.filter((process) => Object.keys(process.correlation_keys).length > 0).length,
    ).toBeGreaterThan(0)
    expect(new Set(tasks.map((task) => task.lane)).size).toBeGreaterThan(5)
    expect(tasks.some((task) => task.operation_name === 'http/PostRequest')).toBe(true)
    expect(
      tasks.some((task) => task.extensions !== undefined && 'instructionsForEndUser' in task.extensions),
    ).toBe(true)
    for (const kind of [
      'BusinessRuleTask',
      'InclusiveGateway',
      'ParallelGateway',
      'EventBasedGateway',
      'BoundaryEvent',
    ]) {
      expect(kinds.get(kind), kind).toBeGreaterThan(0)
    }
  })
})

describe('the small ones', () => {
  test.each(['approval.a.json', 'approval.c.json'])('U10 %s is a shape that layout v1 splits', (name) => {
    const approval = parseSpecs(read(name))
    const processes = processesOf(approval)
    const ids = countEach(allTasks(approval).flatMap((task) => elementId(task) ?? []))
    expect([...ids.values()].every((count) => count === 1)).toBe(true)
    expect(processes.map((process) => process.io_specification)).toEqual([null, null, null])
    expect(
      processes.flatMap((process) => [
        ...Object.keys(process.data_objects),
        ...Object.keys(process.correlation_keys),
      ]),
    ).toEqual([])
    expect([...callersOf(approval)]).toEqual([
      ['Budget_Check', new Set(['Approval'])],
      ['Manager_Decision', new Set(['Approval'])],
    ])
  })

  test('single-process.c.json has four elements and calls nothing', () => {
    const single = parseSpecs(read('single-process.c.json'))
    expect(processesOf(single)).toHaveLength(1)
    expect(allTasks(single).filter((task) => elementId(task) !== undefined)).toHaveLength(4)
    expect(callersOf(single).size).toBe(0)
  })
})
