import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { faultyFilesystem, type FilesystemCall } from './faulty-filesystem.js'
import { temporaryRoot } from './temporary-root.js'

const value = new Uint8Array([1, 2, 3])
const keysOf = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${folder}/key-${index}`)

/** A store that notes what it asks of the file system. */
async function noting(): Promise<{ store: CacheStore; root: string; calls: FilesystemCall[] }> {
  const { root } = await temporaryRoot()
  const calls: FilesystemCall[] = []
  const noted = faultyFilesystem(fs, (call) => void calls.push(call))
  return { store: createFilesystemStore({ root, fs: noted }), root, calls }
}

test('many values are written sixteen at a time, and each folder is flushed once for all of them', async () => {
  const { store, root } = await noting()
  await store.setMany(keysOf('a', 3).map((key) => [key, value]))
  const calls: FilesystemCall[] = []
  let open = 0
  let most = 0
  const counted = faultyFilesystem(fs, async (call) => {
    calls.push(call)
    if (call.name === 'write') most = Math.max(most, ++open)
    if (call.name === 'rename') open--
    await new Promise((resolve) => setImmediate(resolve))
    return undefined
  })
  const other = createFilesystemStore({ root, fs: counted })
  await other.setMany([...keysOf('a', 60), ...keysOf('b/c', 60)].map((key) => [key, value]))
  expect(most).toBe(16)
  const flushed = calls.filter(({ name, path }) => name === 'sync' && !path.includes('key-'))
  const above = [dirname(root), root, join(root, 'a'), join(root, 'b'), join(root, 'b/c')]
  expect(flushed.map(({ path }) => path).sort()).toEqual(above)
  calls.length = 0
  await other.setMany([...keysOf('a', 60), ...keysOf('b/c', 60)].map((key) => [key, value]))
  const again = calls.filter(({ name, path }) => name === 'sync' && !path.includes('key-'))
  expect(again.map(({ path }) => path).sort()).toEqual([join(root, 'a'), join(root, 'b/c')])
})

describe('asking for many keys', () => {
  test('lists the folder once, and says of each key what asking for it alone says', async () => {
    const { store, root, calls } = await noting()
    const long = `${'x'.repeat(200)}con`
    const there = [...keysOf('a', 150), `a/${long}/key`]
    await store.setMany(there.map((key) => [key, value]))
    await fs.mkdir(join(root, 'a/folder'))
    await fs.symlink(join(root, 'a/key-0'), join(root, 'a/link'))
    await fs.symlink(join(root, 'a/folder'), join(root, 'a/link-to-folder'))
    await fs.symlink(join(root, 'a/nothing'), join(root, 'a/dangling'))
    const others = ['folder', 'link', 'link-to-folder', 'dangling', 'key', 'KEY-1', 'key-0/below', long]
    const asked = [...there, ...others.map((name) => `a/${name}`), 'a', 'b/missing']
    const alone: boolean[] = []
    for (const key of asked) alone.push((await store.has!([key]))[0]!)
    calls.length = 0
    expect(await store.has!(asked)).toEqual(alone)
    expect(alone.filter(Boolean)).toHaveLength(there.length + 1)
    const named = (name: FilesystemCall['name']): FilesystemCall[] =>
      calls.filter((call) => call.name === name)
    expect(named('readdir').map(({ path }) => path)).toEqual([join(root, 'a')])
    // What is below another folder, what is no file, and whether the root is there.
    expect(named('stat').length).toBeLessThan(12)
  })

  test('a folder that is missing, or has become a file, holds none; without a root it is root-missing', async () => {
    const { store, root } = await noting()
    await expect(store.has!(keysOf('a', 200))).rejects.toMatchObject({ code: 'root-missing' })
    await store.set('b', value)
    const none = Array.from({ length: 200 }, () => false)
    expect(await store.has!(keysOf('a', 200))).toEqual(none)
    expect(await store.has!(keysOf('b', 200))).toEqual(none)
    await fs.rm(root, { recursive: true })
    await expect(store.has!(keysOf('a', 200))).rejects.toMatchObject({ code: 'root-missing' })
  })

  test.each(['EACCES', 'EIO'])('a folder that cannot be listed (%s) is asked for each', async (code) => {
    const { root } = await temporaryRoot()
    const store = createFilesystemStore({ root })
    await store.setMany(keysOf('a', 100).map((key) => [key, value]))
    const refusing = faultyFilesystem(fs, ({ name, path }) =>
      name === 'readdir' && path === join(root, 'a') ? code : undefined,
    )
    const found = await createFilesystemStore({ root, fs: refusing }).has!(keysOf('a', 200))
    expect(found).toEqual(Array.from({ length: 200 }, (_, index) => index < 100))
  })

  test('a folder that holds far more than is asked for is listed once and not again', async () => {
    const { store, calls } = await noting()
    await store.setMany(keysOf('a', 5000).map((key) => [key, value]))
    const asked = keysOf('a', 130)
    for (const lists of [1, 0, 0]) {
      calls.length = 0
      expect(await store.has!(asked)).toEqual(asked.map(() => true))
      expect(calls.filter(({ name }) => name === 'readdir')).toHaveLength(lists)
    }
  })
})
