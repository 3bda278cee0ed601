import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  holdVersion,
  isUnitflowError,
  prune,
  readElementUnit,
  readManifest,
  releaseVersion,
  removeProcess,
  removeWorkflow,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { processSpec, unreachable, workflowJson } from '../fixtures/units/spec-builder.js'
import { outcome } from '../unit/units/refused.js'
import { INHERITED, MARKUP, PATHS } from './hostile-names.js'

/** A folder that holds a store's root, and beside it what nobody may read or change. */
async function besideCanary(): Promise<{ readonly folder: string; readonly root: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'unitflow-canary-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'canary'))
  await writeFile(join(folder, 'canary', 'file'), SECRET)
  await mkdir(join(folder, 'a', 'b'), { recursive: true })
  return { folder, root: join(folder, 'deep', 'root') }
}

const SECRET = 'secret of the canary'

/** All that is below a folder and not below the root: kinds, contents, and when they were changed. */
async function outside(folder: string, root: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (path === root || path.startsWith(`${root}/`) || root.startsWith(path)) continue
    const { mtimeMs } = await lstat(path)
    const content = entry.isFile()
      ? await readFile(path, 'utf8')
      : entry.isSymbolicLink()
        ? await readlink(path)
        : ''
    found.set(relative(folder, path), `${mtimeMs} ${content}`)
  }
  return found
}

async function keysBelow(store: CacheStore, prefix?: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.keys(prefix)) keys.push(key)
  return keys
}

const hostile = [...PATHS, ...INHERITED, ...MARKUP]
/** Of a workflow whose ids are all hostile. */
const specs = workflowJson([
  { id: 'Top', calls: hostile, embeds: [] },
  ...hostile.map((id) => ({ id, elements: [`${id}/../../canary/file`] })),
])

test('U28 no cache key, process id or element id of any layout leads to anything outside of the root', async () => {
  const { folder, root } = await besideCanary()
  const before = await outside(folder, root)
  const store = createFilesystemStore({ root })
  const told: string[] = []
  const tell = async (work: Promise<unknown>): Promise<void> => {
    const result = await outcome(work)
    told.push(isUnitflowError(result) ? '' : JSON.stringify(result ?? 'done'))
  }
  for (const key of hostile) {
    await tell(cacheElementUnitsForWorkflow(store, key, workflowJson([{ id: key, elements: [key] }])))
    await tell(cacheElementUnitsForWorkflow(store, key, workflowJson([{ id: key }]), { layout: 'v1' }))
    await tell(readElementUnit(store, key, { processId: key, elements: [key] }))
    await tell(readElementUnit(store, key, { processId: key }, { version: key }))
    await tell(workflowFromCachedElementUnit(store, key, key, key))
    await tell(workflowFromCachedElementUnit(store, key, key, key, { layout: 'v1' }))
    await tell(workflowFromCachedElementUnit(store, 'plain', key, key, { layout: 'v1' }))
    await tell(readManifest(store, key, { version: key }))
    await tell(holdVersion(store, key, { newId: () => 'held' }))
    await tell(releaseVersion(store, key))
    await tell(removeProcess(store, key, key))
  }
  await tell(cacheElementUnitsForWorkflow(store, 'all', specs))
  for (const id of hostile) {
    await tell(readElementUnit(store, 'all', { processId: id }))
    await tell(cacheProcess(store, 'all', JSON.stringify(processSpec({ id }))))
  }
  expect((await verifyStore(store)).findings).toEqual([])
  for (const key of hostile) await tell(removeWorkflow(store, key))
  await tell(prune(store, { grace: 0, now: () => 9e15, held: hostile }))
  expect(await outside(folder, root)).toEqual(before)
  expect(told.filter((text) => text.includes(SECRET))).toEqual([])
  expect(told.filter((text) => text !== '').length).toBeGreaterThan(hostile.length * 4)
})

test('U28 a store refuses what is no key before it asks the file system', async () => {
  const { folder, root } = await besideCanary()
  const store = createFilesystemStore({ root })
  await store.set('here', Uint8Array.of(1))
  const before = await outside(folder, root)
  const value = new TextEncoder().encode('written')
  const keys = PATHS.filter((key) => !/^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9._-]+)*(?<!\.)$/.test(key))
  expect(keys.length).toBeGreaterThan(20)
  for (const key of [...keys, 'canary/../../canary/file', '../root/here']) {
    for (const work of [
      () => store.get(key),
      () => store.getMany(['here', key]),
      () => store.set(key, value),
      () =>
        store.setMany([
          ['here', value],
          [key, value],
        ]),
      () => store.delete(key),
      () => store.has!([key]),
      () => store.replace!(key, undefined, value),
      () => (key === '' ? store.get(key) : keysBelow(store, key)),
    ]) {
      expect(await outcome(work()), key).toMatchObject({ code: 'bad-key' })
    }
  }
  expect(await outside(folder, root)).toEqual(before)
  expect(await store.get('here')).toEqual(Uint8Array.of(1))
})

test('U28 symbolic links in a root are never listed, pruned through, or written through', async () => {
  const { folder, root } = await besideCanary()
  const store = createFilesystemStore({ root })
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top' }, ...unreachable()]))
  const objects = await keysBelow(store, 'v2/objects')
  const [linked = '', ...others] = objects
  await rm(join(root, linked))
  await symlink(join(folder, 'canary', 'file'), join(root, linked))
  await symlink(join(folder, 'canary'), join(root, 'v2', 'marks'))
  await symlink(folder, join(root, 'v2', 'objects', 'folder'))
  await symlink(root, join(root, 'v2', 'circle'))
  const before = await outside(folder, root)

  const listed = await keysBelow(store)
  expect(listed.filter((key) => key.includes('canary') || key.includes('circle'))).toEqual([])
  expect(listed.filter((key) => key.startsWith('v2/objects')).sort()).toEqual(others.sort())
  // What a link leads to is not what the hash says.
  const { findings } = await verifyStore(store)
  expect(findings).toMatchObject([{ code: 'object-damaged', key: linked }])
  await removeWorkflow(store, 'k')
  await prune(store, { grace: 0, now: () => 0, dryRun: true })
  // The link is replaced, or removed, and not what it leads to.
  await store.set(linked, Uint8Array.of(1))
  expect((await lstat(join(root, linked))).isFile()).toBe(true)
  await rm(join(root, linked))
  await symlink(join(folder, 'canary', 'file'), join(root, linked))
  await store.delete(linked)
  expect(await lstat(join(root, linked)).catch(() => 'gone')).toBe('gone')
  expect(await outside(folder, root)).toEqual(before)
})
