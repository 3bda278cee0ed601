import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  listWorkflows,
  readElementUnit,
  readManifest,
  verifyStore,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'
import { contentOf } from './stores-under-test.js'

const processes = [
  { id: 'Top', calls: ['Called'] },
  { id: 'Called', elements: ['e'] },
]
const small = workflowJson(processes)
const large = workflowJson([...processes, ...unreachable()])

/** A cached workflow whose root somebody has changed who knows how it is made: its hash is right. */
async function forged(specs: string, change: (manifest: string) => string): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  const [[key, value]] = [...(await contentOf(store, 'v2/roots'))] as [[string, Uint8Array]]
  const [head = '', manifest = ''] = new TextDecoder().decode(value).split('\n')
  const body = change(manifest)
  expect(body).not.toBe(manifest)
  const sha256 = createHash('sha256').update(body).digest('hex')
  const signed = head.replace(/"sha256":"\w+"/, `"sha256":"${sha256}"`)
  await store.set(key, new TextEncoder().encode(`${signed}\n${body}\n`))
  return { ...store }
}

test('U16 a manifest that gives a process the place of another one leads to no unit without its own process', async () => {
  const store = await forged(small, (manifest) => manifest.replace('"id":"Called"', '"id":"Other"'))
  const error = await refused(readElementUnit(store, 'k', { processId: 'Other' }))
  expect(error).toMatchObject({ code: 'root-damaged', fields: { cacheKey: 'k' } })
})

test.each([
  ['calls', '{"Called":["call_Called"]}', '{"Called":[{}]}'],
  ['an id', '"id":"Called"', '"id":{"toString":1}'],
  ['bytes', /"bytes":\d+/, '"bytes":-1'],
  ['a closure', /"closure":"[^"]+"/, '"closure":7'],
  ['a hash', /"hash":"[^"]+"/, '"hash":""'],
  ['an element', /"e":\d/, '"e":[1,"1"]'],
] as const)(
  'U16 a manifest with %s of another shape is damaged, and not handed out',
  async (_what, from, to) => {
    const store = await forged(small, (manifest) => manifest.replace(from, () => to))
    expect((await refused(readManifest(store, 'k'))).code).toBe('root-damaged')
  },
)

test.each(['objectCount', 'processCount'])(
  'U16 a list of workflows has no %s that is no number',
  async (count) => {
    for (const value of ['"7"', '-1', '1e308', 'null']) {
      const store = await forged(large, (manifest) =>
        manifest.replace(new RegExp(`("${count}":)\\d+`), `$1${value}`),
      )
      expect((await refused(listWorkflows(store))).code).toBe('root-damaged')
    }
  },
)

test.each([
  ['one piece', small, /"hash":"[^"]+"/, '"hash":""'],
  ['parts', large, /"details":\["[^"]+"/, '"details":[""'],
])('U27 verifying finds a manifest in %s that names nothing', async (_form, specs, from, to) => {
  const store = await forged(specs, (manifest) => manifest.replace(from, to))
  expect((await verifyStore(store)).findings).toMatchObject([{ code: 'root-damaged', cacheKey: 'k' }])
})

test('U27 an object whose lines are not those that it should have is damaged', async () => {
  const whole = createMemoryStore()
  await cacheElementUnitsForWorkflow(whole, 'k', small)
  const objects = await contentOf(whole, 'v2/objects')
  const [object] = [...objects.values()].filter((value) =>
    new TextDecoder().decode(value).includes('"id":"Called"'),
  )
  const text = new TextDecoder().decode(object)
  for (const lines of [
    text.replace('[{"id":"Called"}]', '{"id":"Called"}'),
    text.replace('[{"id":"Called"}]', '[{"id":"Called","calls":[7]}]'),
    text.replace('[{"id":"Called"}]', '[{"id":7}]'),
    text.replace('[{"id":"Called"}]', '[{"id":"Called"},{"id":"More"}]'),
    text.trimEnd(),
    'not JSON\n{}\n',
  ]) {
    const bytes = new TextEncoder().encode(lines)
    const hash = createHash('sha256').update(bytes).digest()
    const old = createHash('sha256').update(text).digest('base64url')
    const store = await forged(small, (manifest) => manifest.replace(old, hash.toString('base64url')))
    const key = `v2/objects/${hash.toString('hex').slice(0, 40)}`
    await store.set(key, bytes)
    const error = await refused(readElementUnit(store, 'k', { processId: 'Called' }))
    expect(error, lines.slice(0, 40)).toMatchObject({ code: 'object-damaged', fields: { key } })
  }
})
