import { expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, cacheProcess, createMemoryStore, decompose } from 'unitflow'
import type { Limits } from 'unitflow'
import { processSpec, workflowJson } from '../fixtures/units/spec-builder.js'
import { refused } from '../unit/units/refused.js'
import { contentOf } from '../unit/units/stores-under-test.js'

const deep = JSON.stringify(Array.from({ length: 30 }).reduce<unknown>((inner) => [inner], 1))
const specs = workflowJson([
  { id: 'Top', elements: ['an_element_with_a_long_id'] },
  { id: 'One' },
  { id: 'Two' },
]).replace(/\}$/, `,"deep":${deep}}`)
const process = JSON.stringify(processSpec({ id: 'Top', elements: ['an_element_with_a_long_id'] })).replace(
  /\}$/,
  `,"deep":${deep}}`,
)

/** Each limit, as low as it refuses and as it just does not. */
const cases: readonly (readonly [keyof Limits, low: Limits])[] = [
  ['bytes', { bytes: 200 }],
  ['depth', { depth: 20 }],
  ['processes', { processes: 2 }],
  ['idLength', { idLength: 20 }],
]

test.each(cases)('U4 the limit of %s holds on every way in, and nothing is stored', async (limit, low) => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  const before = await contentOf(store)
  const ways: readonly (() => unknown)[] = [
    () => decompose(specs, { limits: low }),
    () => decompose(new TextEncoder().encode(specs), { limits: low }),
    () => cacheElementUnitsForWorkflow(store, 'k', specs, { limits: low }),
    () => cacheElementUnitsForWorkflow(store, 'other', specs, { limits: low, layout: 'v1' }),
    () =>
      cacheProcess(store, 'k', limit === 'processes' ? process.replace('Top', 'Four') : process, {
        limits: low,
      }),
  ]
  for (const [index, way] of ways.entries()) {
    const error = await refused(async () => way())
    expect(error, `way ${index}`).toMatchObject({
      code: 'limit-exceeded',
      fields: { limit, maximum: low[limit] },
    })
    expect(error.message).toContain(`limits.${limit}`)
  }
  expect(await contentOf(store)).toEqual(before)
})

test('U4 layout v1 refuses to store a text many times over, before it stores any of it', async () => {
  const called = Array.from({ length: 60 }, (_, at) => `P${at}`)
  const text = workflowJson(
    [{ id: 'Top', calls: called }, ...called.map((id) => ({ id, elements: [`e${id}`] }))],
    {},
    'a',
  )
  const store = createMemoryStore()
  const limits = { bytes: text.length }
  const error = await refused(cacheElementUnitsForWorkflow(store, 'k', text, { layout: 'v1', limits }))
  expect(error).toMatchObject({
    code: 'limit-exceeded',
    fields: { limit: 'bytes', maximum: 16 * text.length, pointer: '' },
  })
  expect((await contentOf(store)).size).toBe(0)
  const { bytes } = await cacheElementUnitsForWorkflow(store, 'k', text, { layout: 'v1' })
  expect(bytes.written).toBeGreaterThan(16 * text.length)
})
