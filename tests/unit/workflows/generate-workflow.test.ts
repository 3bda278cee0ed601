import { describe, expect, test } from 'vitest'

import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
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
  unitBytes,
} from './workflow-facts.js'

const REAL = { processes: 37, bytes: 347_372, pretty: 735_164 }
const within = (actual: number, expected: number, share: number): void => {
  expect(Math.abs(actual / expected - 1), `${actual} instead of ${expected}`).toBeLessThan(share)
}

describe('shape real, 37 processes', () => {
  const text = generateWorkflow({ processes: REAL.processes })
  const specs = parseSpecs(text)
  const tasks = allTasks(specs)

  test('has the bytes of the real model, minified and pretty-printed', () => {
    within(text.length, REAL.bytes, 0.02)
    within(generateWorkflow({ processes: REAL.processes, pretty: true }).length, REAL.pretty, 0.02)
    const tables = tasks.flatMap((task) => task.decision_table ?? [])
    within(
      tables.reduce((sum, table) => sum + JSON.stringify(table).length, 0),
      44 * 1024,
      0.05,
    )
  })

  test('has its units: 24, the largest 126,900 bytes, the median 4,800', () => {
    const sizes = unitBytes(specs)
    expect(sizes).toHaveLength(24)
    within(sizes.at(-1)!, 126_900, 0.02)
    within((sizes[11]! + sizes[12]!) / 2, 4_800, 0.02)
  })

  test('has its calls and its depth', () => {
    const callers = callersOf(specs)
    expect(processesOf(specs)).toHaveLength(37)
    expect(reachable(specs).size).toBe(37)
    expect(tasks.filter((task) => task.typename === 'CallActivity')).toHaveLength(47)
    expect(callers.size).toBe(23)
    expect([...callers.values()].filter((set) => set.size > 1)).toHaveLength(7)
    expect(depthOf(specs)).toBe(6)
  })

  test('has its element ids: 328, of which 304 are distinct and 5 repeat', () => {
    const ids = countEach(tasks.flatMap((task) => elementId(task) ?? []))
    expect([...ids.values()].reduce((sum, count) => sum + count, 0)).toBe(328)
    expect(ids.size).toBe(304)
    expect([...ids.values()].filter((count) => count > 1)).toHaveLength(5)
  })

  test('has its tasks', () => {
    expect(Object.fromEntries(countEach(tasks.map((task) => task.typename)))).toEqual({
      ...{ ExclusiveGateway: 76, CallActivity: 47, EndEvent: 38, StartEvent: 37, ScriptTask: 32 },
      ...{
        IntermediateThrowEvent: 29,
        ServiceTask: 14,
        SubWorkflowTask: 13,
        BusinessRuleTask: 10,
        UserTask: 10,
      },
      ...{ BoundaryEvent: 7, ParallelGateway: 6, ManualTask: 2 },
      ...{ BpmnStartTask: 37, _EndJoin: 37, SimpleBpmnTask: 37, BoundaryEventSplit: 7, BoundaryEventJoin: 7 },
      // In place of the seven parents that dialect A counts as elements.
      NoneTask: 7,
    })
    expect(danglingFlows(specs)).toEqual([])
  })
})

describe('other sizes', () => {
  test.each([1, 2, 5, 10, 36, 38, 73, 100, 300])(
    '%i processes: all are reached, bytes stay in proportion',
    (processes) => {
      const text = generateWorkflow({ processes })
      const specs = parseSpecs(text)
      expect(processesOf(specs)).toHaveLength(processes)
      expect(reachable(specs).size).toBe(processes)
      expect(danglingFlows(specs)).toEqual([])
      within(text.length, (REAL.bytes * processes) / REAL.processes, 0.02)
    },
  )

  test('the depth grows slowly', () => {
    expect(depthOf(parseSpecs(generateWorkflow({ processes: 100 })))).toBeLessThanOrEqual(7)
    expect(depthOf(parseSpecs(generateWorkflow({ processes: 400 })))).toBeLessThanOrEqual(8)
  })

  test('pretty-printed is the same workflow, indented by four', () => {
    const options = { processes: 40, seed: 3 }
    const text = generateWorkflow(options)
    expect(generateWorkflow({ ...options, pretty: true })).toBe(JSON.stringify(JSON.parse(text), null, 4))
    expect(JSON.stringify(JSON.parse(text))).toBe(text)
  })

  test('the seed decides, and nothing else', () => {
    expect(generateWorkflow({ processes: 37, seed: 1 })).toBe(generateWorkflow({ processes: 37 }))
    expect(generateWorkflow({ processes: 37, seed: 2 })).not.toBe(generateWorkflow({ processes: 37 }))
  })

  test.each(['a', 'b'] as const)('dialect %s has the same processes', (dialect) => {
    const specs = parseSpecs(generateWorkflow({ processes: 37, dialect }))
    expect(processesOf(specs)).toHaveLength(37)
    expect(callersOf(specs).size).toBe(23)
    expect(allTasks(specs).some((task) => task.position !== undefined)).toBe(dialect === 'a')
  })

  test.each([0, 1.5, -1, Number.NaN])('%d processes are refused', (processes) => {
    expect(() => generateWorkflow({ processes })).toThrow(RangeError)
  })
})

describe('shape calls', () => {
  const text = generateWorkflow({ processes: 1_000, shape: 'calls' })
  const specs = parseSpecs(text)

  test('U10 one process calls each of the others once, and these are all that layout v1 asks for', () => {
    expect(processesOf(specs)).toHaveLength(1_001)
    const callers = callersOf(specs)
    expect(callers.size).toBe(1_000)
    expect([...callers.values()].every((set) => set.size === 1 && set.has('Top'))).toBe(true)
    const ids = countEach(allTasks(specs).flatMap((task) => elementId(task) ?? []))
    expect([...ids.values()].every((count) => count === 1)).toBe(true)
    for (const { data_objects, io_specification, correlation_keys } of processesOf(specs)) {
      expect([data_objects, io_specification, correlation_keys]).toEqual([{}, null, {}])
    }
  })

  test('1,000 calls take about 2.8 MB minified', () => {
    within(text.length, 2_800_000, 0.03)
  })
})
