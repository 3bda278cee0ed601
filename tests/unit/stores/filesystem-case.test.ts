import { memfs } from 'memfs'
import { expect, test } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { type Fault, faultyFilesystem } from './faulty-filesystem.js'
import { foldingFilesystem } from './folding-filesystem.js'
import { listed } from './temporary-root.js'

const one = new Uint8Array([1])
const two = new Uint8Array([2])

function foldingStore(
  files: Record<string, string | null> = { '/data': null },
  fault: Fault = () => undefined,
): {
  open: () => CacheStore
  paths: () => string[]
} {
  const { fs, vol } = memfs()
  vol.fromJSON(files)
  const folding = faultyFilesystem(foldingFilesystem(fs), fault)
  return {
    open: () => createFilesystemStore({ root: '/data/root', fs: folding }),
    paths: () => Object.keys(vol.toJSON()),
  }
}

const writes: Record<string, (store: CacheStore, key: string) => Promise<unknown>> = {
  set: (store, key) => store.set(key, two),
  setMany: (store, key) => store.setMany([['other', two], [key, two]]), // prettier-ignore
  replace: (store, key) => store.replace!(key, undefined, two),
}

test.each(Object.entries(writes))(
  'U28 without case, %s of another spelling of a key or of its folder is key-conflict',
  async (_, write) => {
    const { open } = foldingStore()
    const store = open()
    await store.set('Doc/Name', one)
    for (const instance of [store, open()]) {
      const name = { code: 'key-conflict', fields: { key: 'Doc/name', existing: 'Doc/Name' } }
      await expect(write(instance, 'Doc/name')).rejects.toMatchObject(name)
      const folder = { code: 'key-conflict', fields: { key: 'doc/other', existing: 'Doc' } }
      await expect(write(instance, 'doc/other')).rejects.toMatchObject(folder)
      expect(await instance.get('Doc/Name')).toEqual(one)
    }
    await write(store, 'Doc/Other')
    expect(await store.get('Doc/Other')).toEqual(two)
  },
)

test('U28 without case, two spellings that are written at once are not mistaken for one another', async () => {
  // Slow to move files, so that each would have looked before the other has written.
  const { open } = foldingStore({ '/data': null }, ({ name }) =>
    name === 'rename' ? new Promise((resolve) => setTimeout(() => resolve(undefined), 10)) : undefined,
  )
  const store = open()
  const outcomes = await Promise.allSettled([
    store.set('a/B', one),
    store.set('a/b', two),
    open().set('A/x', one),
    open().set('a/x', two),
  ])
  const keys = ['a/B', 'a/b', 'A/x', 'a/x']
  const values = await store.getMany(keys)
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') expect(values[index]).toEqual(index % 2 === 0 ? one : two)
    else expect([outcome.reason, values[index]]).toMatchObject([{ code: 'key-conflict' }, undefined])
  })
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  await expect(store.setMany([['n/B', one], ['n/b', two]])).rejects.toMatchObject({ code: 'key-conflict' }) // prettier-ignore
})

test('U28 without case, reading another spelling is a miss in an instance that has never written', async () => {
  const { open } = foldingStore({ '/data/root/1/Name': 'x' })
  const store = open()
  expect(await store.get('1/name')).toBeUndefined()
  expect(await store.getMany(['1/NAME', '1/Name'])).toEqual([undefined, new Uint8Array([120])])
  expect(await store.has!(['1/Name', '1/name'])).toEqual([true, false])
  expect(await listed(store, '1/name')).toEqual([])
})

test('U28 the probe for case leaves nothing behind', async () => {
  const { open, paths } = foldingStore()
  await open().set('1', one)
  expect(paths()).toEqual(['/data/root/1'])
})

test('U28 with case, nothing is listed to read or write once the file system is known', async () => {
  const { fs, vol } = memfs()
  vol.fromJSON({ '/root/Name': 'x' })
  let listings = 0
  const counting = {
    ...fs.promises,
    readdir: async (path: string, options: { withFileTypes: true }) => {
      listings++
      return fs.promises.readdir(path, options)
    },
  }
  const store = createFilesystemStore({ root: '/root', fs: counting })
  expect(await store.get('Name')).toEqual(new Uint8Array([120]))
  expect(await store.get('name')).toBeUndefined()
  await store.set('name', one)
  const known = listings
  await store.set('Other', two)
  expect(await store.getMany(['Name', 'name', 'Other'])).toEqual([new Uint8Array([120]), one, two])
  expect(listings).toBe(known)
})
