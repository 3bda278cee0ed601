import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { heldVersions, holdVersion } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { commandLine, example, specsOf } from './command-line.js'

const HOUR = 3_600_000

describe('list', () => {
  test('shows keys, tops and sizes', async () => {
    const { run } = await commandLine()
    await run(['cache', example('order-company.c')])
    await run(['cache', example('approval.c')])
    const listed = await run(['list'])
    expect(listed.out).toMatch(/^Key +Top process +Processes +Units +Version\n/)
    expect(listed.out).toMatch(/^approval +Approval +3 +3 +[0-9a-f]{12}$/m)
    expect(listed.out).toMatch(/^order-company +Order +37 +24 +[0-9a-f]{12}$/m)
    expect((await run(['list', '--json'])).json()).toMatchObject([
      { cacheKey: 'approval' },
      { cacheKey: 'order-company' },
    ])
  })

  test('an empty store is no error, one that is not there is', async () => {
    const { run } = await commandLine()
    expect(await run(['list'])).toMatchObject({ code: 4, out: '' })
    await run(['cache', example('approval.c')])
    await run(['remove', 'approval'])
    expect(await run(['list'])).toMatchObject({ code: 0, out: '', err: 'nothing is cached in .unitflow\n' })
    expect((await run(['list', '--json'])).json()).toEqual([])
  })
})

describe('verify', () => {
  test('U27 finds what is not as it was written: exit code 1', async () => {
    const { run, folder } = await commandLine()
    await run(['cache', example('approval.c')])
    expect(await run(['verify'])).toMatchObject({ code: 0, out: '1 cache key, 3 objects: all as written\n' })
    const objects = join(folder, '.unitflow/v2/objects')
    const [first = ''] = await readdir(objects, { recursive: true })
    await writeFile(join(objects, first), 'torn')
    const found = await run(['verify'])
    expect(found.code).toBe(1)
    expect(found.out).toMatch(
      /1 finding\n\nFinding +Cache key +Where\nobject-damaged +approval +v2\/objects\//,
    )
    const asJson = await run(['verify', '--json'])
    expect(asJson.code).toBe(1)
    expect(asJson.json()).toMatchObject({ findings: [{ code: 'object-damaged', cacheKey: 'approval' }] })
  })
})

describe('prune', () => {
  test('U25 says what it would do, and does it with --yes, in two runs', async () => {
    const { run, write } = await commandLine()
    const at = (hours: number) => ({ now: () => 1_700_000_000_000 + hours * HOUR })
    await write('shop.json', specsOf({ Top: ['A'], A: [] }))
    await run(['cache', 'shop.json'])
    await write('shop.json', specsOf({ Top: [] }))
    await run(['cache', 'shop.json'])
    const counts = async (hours: number, ...flags: string[]): Promise<number[]> => {
      const report = (await run(['prune', '--json', ...flags], at(hours))).json() as Record<
        string,
        readonly string[]
      >
      return ['marked', 'waiting', 'removed'].map((name) => report[name]?.length ?? -1)
    }
    expect(await counts(0)).toEqual([2, 0, 0])
    expect(await counts(0)).toEqual([2, 0, 0])
    expect(await counts(0, '--yes')).toEqual([2, 0, 0])
    expect(await counts(1, '--yes')).toEqual([0, 2, 0])
    expect(await counts(25)).toEqual([0, 0, 2])
    expect(await counts(2, '--grace', '90m')).toEqual([0, 0, 2])
    expect(await counts(25, '--yes')).toEqual([0, 0, 2])
    expect(await counts(25)).toEqual([0, 0, 0])
    expect(await run(['verify'])).toMatchObject({ code: 0 })
  })

  test('in words', async () => {
    const { run, write } = await commandLine()
    await write('shop.json', specsOf({ Top: [] }))
    await run(['cache', 'shop.json'])
    await run(['remove', 'shop'])
    const dry = await run(['prune', '--grace', '36h'])
    expect(dry.out).toContain('1 object  unused since now: would be marked, to go after 36 hours')
    expect(dry.err).toContain('nothing was changed: with --yes it is')
    expect((await run(['prune', '--yes'])).out).toContain(
      '1 object  unused since now: marked, to go after 1 day',
    )
    for (const bad of ['', '24', 'h', '-1h', '1 week']) {
      expect(await run(['prune', '--grace', bad]), bad).toMatchObject({ code: 2 })
    }
  })
})

describe('held versions', () => {
  test('U38 are listed, verified, and released by their first digits', async () => {
    const { run, write, folder } = await commandLine()
    await write('shop.json', specsOf({ Top: ['A'], A: [] }))
    await run(['cache', 'shop.json'])
    const store = createFilesystemStore({ root: join(folder, '.unitflow') })
    const { version } = await holdVersion(store, 'shop', { now: () => 1_700_000_000_000 })
    await write('shop.json', specsOf({ Top: [] }))
    await run(['cache', 'shop.json'])
    const at = { now: () => 1_700_000_000_000 + 2 * HOUR }
    const shown = `1 version held for runs:\n  ${version.slice(0, 12)} of shop, held 2 hours ago\n`
    expect((await run(['list'], at)).err).toBe(shown)
    expect((await run(['verify'])).out).toBe('1 cache key, 1 held version, 3 objects: all as written\n')
    expect((await run(['prune'], at)).out).not.toContain('released')
    for (const none of ['0'.repeat(64), 'x'])
      expect((await run(['prune', '--release', none], at)).err).toMatch(/^error\[unknown-version\]/)
    const dry = await run(['prune', '--release', version.slice(0, 8)], at)
    expect(dry.out).toContain(`version ${version.slice(0, 12)} would be released\n`)
    expect(await heldVersions(store)).toHaveLength(1)
    const done = await run(['prune', '--release', version.slice(0, 8), '--yes', '--json'], at)
    expect(done.json()).toMatchObject({
      released: [version],
      marked: [expect.any(String), expect.any(String)],
    })
    expect(await heldVersions(store)).toEqual([])
    expect((await run(['list'], at)).err).toBe('')
  })
})

describe('remove', () => {
  test('forgets a workflow; one that is not there is told', async () => {
    const { run } = await commandLine()
    await run(['cache', example('approval.c')])
    expect(await run(['remove', 'nobody'])).toMatchObject({ code: 4 })
    expect(await run(['remove', 'approval'])).toMatchObject({ code: 0, out: 'approval is forgotten\n' })
    expect(await run(['remove', 'approval'])).toMatchObject({ code: 4, out: '' })
  })

  test('a damaged root can be forgotten', async () => {
    const { run, folder } = await commandLine()
    await run(['cache', example('approval.c')])
    const roots = join(folder, '.unitflow/v2/roots')
    const [root = ''] = await readdir(roots)
    await writeFile(join(roots, root), 'torn')
    expect(await run(['read', 'approval', 'Approval'])).toMatchObject({ code: 4 })
    expect(await run(['verify'])).toMatchObject({ code: 1 })
    expect((await run(['remove', 'approval', '--json'])).json()).toEqual({ removed: 'approval' })
    expect(await run(['verify'])).toMatchObject({ code: 0 })
  })

  test('U32 takes one process away', async () => {
    const { run, write } = await commandLine()
    await write('shop.json', specsOf({ Top: ['A'], A: [] }))
    await run(['cache', 'shop.json'])
    expect(await run(['remove', 'shop', 'Top'])).toMatchObject({ code: 2 })
    expect(await run(['remove', 'shop', 'Nope'])).toMatchObject({ code: 4 })
    const removed = await run(['remove', 'shop', 'A'])
    expect(removed).toMatchObject({ code: 0, out: 'A is taken away from shop, which has 1 process left\n' })
    expect(removed.err).toContain('it is still called')
    expect(await run(['check', 'shop'])).toMatchObject({ code: 1 })
  })
})
