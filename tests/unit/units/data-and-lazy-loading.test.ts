import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  mergeUnits,
  readElementUnit,
  unitJson,
} from 'unitflow'
import { workflowJson } from '../../fixtures/units/spec-builder.js'

test('U23 data objects, io specifications and correlation keys do not stop lazy loading', async () => {
  const fields = {
    data_objects: { order: { typename: 'DataObject' } },
    io_specification: { data_inputs: [{ name: 'in' }], data_outputs: [] },
    correlation_keys: { main: [{ name: 'id' }] },
  }
  const specs = workflowJson([
    { id: 'Top', calls: ['Called'], fields },
    { id: 'Called', elements: ['deep'], calls: ['Further'], fields },
    { id: 'Further', fields },
  ])
  const whole = JSON.parse(specs) as { spec: object; subprocess_specs: Record<string, object> }
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)

  const start = await readElementUnit(store, 'k', { processId: 'Top' })
  expect([start.included, start.lazy]).toEqual([['Top'], ['Called']])
  const called = await readElementUnit(store, 'k', { processId: 'Called' })
  expect([called.included, called.lazy]).toEqual([['Called'], ['Further']])
  // However it comes to be loaded, a called process is the same spec.
  const resumed = await readElementUnit(store, 'k', { processId: 'Top', elements: ['deep'] })
  const merged = mergeUnits(start, called)
  for (const unit of [resumed, merged]) {
    expect(JSON.parse(unitJson(unit))).toMatchObject({
      spec: whole.spec,
      subprocess_specs: { Called: whole.subprocess_specs['Called'] },
    })
    expect(unit.lazy).toEqual(['Further'])
  }
})
