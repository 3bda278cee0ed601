import { expect, test } from 'vitest'
import { EdgeRuns } from './edge-function-runs.js'
import { edgeFunction } from './edge-function-worker.js'

// The bindings of run-a-workflow in the place of the example's own, as its README tells.
const edge = edgeFunction('edge-function-company', 'run-a-workflow')
const runs = new EdgeRuns(edge)
const ORDER = { workflow: 'orders', process: 'Order' }

test('U36 U37 the order company runs to its end, its object thrown out of memory on the way', async () => {
  const report = await edge.put('orders')
  const id = await runs.start(ORDER)
  await runs.task(id, 'Approve_Payment')
  expect(await runs.read(id, report)).toEqual(['Order'])
  await runs.answer(id, 'Approve_Payment')
  // In the middle of what services do.
  await runs.evict(id)
  await runs.answer(id, 'Pack')
  await runs.answer(id, 'Fill_Customs_Form')
  await runs.answer(id, 'Confirm_Pickup')
  await runs.task(id, 'Register_Return')
  await runs.evict(id)
  await runs.answer(id, 'Register_Return')
  await runs.answer(id, 'Judge_Dispute')
  const { status, result, completed } = await runs.ends(id)
  expect(status).toBe('completed')
  expect(result).toMatchObject({ result: { order: { number: 'O-1001', state: 'closed' } } })
  expect(completed.length).toBe(324)
  expect(await runs.read(id, report)).not.toContain('Supplier_Order')
})

test('a timer fires by the alarm of an object that was thrown out of memory, and nobody has asked', async () => {
  const hurried = edge.specs.replace('\\"P3D\\"', '\\"PT2S\\"')
  expect(hurried).not.toBe(edge.specs)
  const report = await edge.put('orders', hurried)
  const id = await runs.start(ORDER)
  await runs.task(id, 'Approve_Payment')
  await runs.evict(id)
  // Had nothing woken it by then, this would: so the time of the timer is compared.
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const { status, result, completed } = await runs.show(id)
  expect(status).toBe('completed')
  expect(result).toMatchObject({ result: { order: { state: 'cancelled' } } })
  expect(completed.map(({ element }) => element)).toContain('Approval_Overdue')
  expect(await runs.read(id, report)).toEqual(['Order'])
})
