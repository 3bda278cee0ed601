import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  listWorkflows,
  prune,
  readElementUnit,
  removeWorkflow,
  verifyStore,
} from 'unitflow'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'
import { contentOf, storesUnderTest } from './stores-under-test.js'

const keys = [
  '../x',
  '..',
  '.',
  '',
  '/',
  '//',
  'a/b',
  'a//b',
  '/etc/passwd',
  'C:\\x',
  'c:x',
  '\\\\host\\share',
  'CON',
  'con',
  'Con.txt',
  'NUL',
  'aux.json',
  'COM1',
  'x.',
  'x..',
  'x ',
  ' x',
  'x',
  'X',
  'x'.repeat(10_000),
  'x'.repeat(9_999),
  '\ud800',
  '\udfff',
  '\ud800\udc00',
  '\ufffd',
  'é',
  'e\u0301',
  '\0',
  '\n',
  '~',
  '~lock',
  '*',
  '?',
  '"',
  '<>|:',
  '%2e%2e',
  '%00',
  '__proto__',
  'constructor',
  'v2/roots',
  'v2',
  '.git',
  '-rf',
  '\u202e',
  '😀',
]

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test('U28 any string is a cache key, kept apart from every other, and inside the root', async () => {
    const { store, another, directory } = await create()
    for (const [index, key] of keys.entries()) {
      await cacheElementUnitsForWorkflow(store, key, workflowJson([{ id: `Top ${index}` }]))
    }
    for (const from of [store, another()]) {
      for (const [index, key] of keys.entries()) {
        const unit = await readElementUnit(from, key, { processId: `Top ${index}` })
        expect(unit.included).toEqual([`Top ${index}`])
        const other = await refused(readElementUnit(from, key, { processId: `Top ${index + 1}` }))
        expect(other).toMatchObject({ code: 'unknown-process', fields: { cacheKey: key } })
      }
    }
    const listed = await listWorkflows(another())
    expect(listed.map(({ cacheKey }) => cacheKey)).toEqual([...keys].sort())
    for (const { cacheKey, top } of listed) expect(top).toBe(`Top ${keys.indexOf(cacheKey)}`)
    expect((await contentOf(store, 'v2/roots')).size).toBe(keys.length)
    expect((await verifyStore(store)).findings).toEqual([])
    if (directory !== undefined) expect(await readdir(directory)).toEqual(['root'])
    await removeWorkflow(store, '../x')
    expect((await refused(readElementUnit(store, '../x', { processId: 'Top 0' }))).code).toBe(
      'unknown-cache-key',
    )
    expect(await listWorkflows(store)).toHaveLength(keys.length - 1)
  })

  test('U28 layout v1 takes only keys that are safe as they stand, and refuses others before it writes', async () => {
    const { store, directory } = await create()
    await cacheElementUnitsForWorkflow(store, 'good-Key_1.x', workflowJson([{ id: 'Top' }]), { layout: 'v1' })
    const before = [...(await contentOf(store)).keys()].sort()
    for (const key of keys.filter(
      (each) =>
        !/^[A-Za-z_][\w.-]{0,200}$|^-rf$|^\.git$/.test(each) || /^(con|nul|aux|com1)(\.|$)|\.$/i.test(each),
    )) {
      const error = await refused(
        cacheElementUnitsForWorkflow(store, key, workflowJson([{ id: 'Top' }]), { layout: 'v1' }),
      )
      expect(error).toMatchObject({ code: 'bad-cache-key', fields: { cacheKey: key } })
      expect(error.message.length).toBeLessThan(500)
    }
    expect([...(await contentOf(store)).keys()].sort()).toEqual(before)
    if (directory !== undefined) expect(await readdir(directory)).toEqual(['root'])
  })

  test('U28 what stands in the root besides is left alone', async () => {
    const { store, directory } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top' }]))
    await store.set('mine/notes', Uint8Array.of(1))
    if (directory !== undefined)
      await writeFile(join(directory, 'root', 'v2', 'objects', 'my notes.txt'), 'x')
    await removeWorkflow(store, 'k')
    const hour = 3_600_000
    await prune(store, { grace: hour, now: () => 0 })
    const { removed } = await prune(store, { grace: hour, now: () => 2 * hour })
    expect(removed).toHaveLength(1)
    expect([...(await contentOf(store)).keys()]).toEqual(['mine/notes'])
    if (directory !== undefined)
      expect(await readdir(join(directory, 'root', 'v2', 'objects'))).toEqual(['my notes.txt'])
  })
})
