import { memfs } from 'memfs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { listed, pathsBelow, temporaryRoot } from './temporary-root.js'

const value = new Uint8Array([1, 2, 3])

const reads: Record<string, (store: CacheStore) => Promise<unknown>> = {
  get: (store) => store.get('a/b'),
  getMany: (store) => store.getMany(['a', 'b']),
  has: (store) => store.has!(['a', 'b']),
  keys: (store) => listed(store),
  'keys of a prefix': (store) => listed(store, 'a'),
}
const writes: Record<string, (store: CacheStore) => Promise<unknown>> = {
  set: (store) => store.set('a/b', value),
  setMany: (store) => store.setMany([['a/b', value]]),
  replace: (store) => store.replace!('a/b', undefined, value),
}

describe.each(Object.entries(writes))('%s', (_, write) => {
  test('U31 makes the root, also a nested one, on first write', async () => {
    const { directory } = await temporaryRoot()
    const root = join(directory, 'not/there/yet')
    const store = createFilesystemStore({ root })
    await write(store)
    expect(await store.get('a/b')).toEqual(value)
    expect(await pathsBelow(root)).toEqual(['a', 'a/b'])
  })

  test('U31 makes the root again when it vanished while in use', async () => {
    const { root } = await temporaryRoot()
    const store = createFilesystemStore({ root })
    await store.setMany([
      ['a/b', value],
      ['x', value],
    ])
    await fs.rm(root, { recursive: true })
    await write(store)
    expect(await store.get('a/b')).toEqual(value)
    expect(await listed(store)).toEqual(['a/b'])
  })

  test('U31 rejects with root-not-a-directory where a file is in place of the root', async () => {
    const { root } = await temporaryRoot()
    await fs.writeFile(root, 'a file')
    const store = createFilesystemStore({ root })
    await expect(write(store)).rejects.toMatchObject({ code: 'root-not-a-directory', fields: { root } })
    expect(await fs.readFile(root, 'utf8')).toBe('a file')
    const below = createFilesystemStore({ root: join(root, 'below') })
    await expect(write(below)).rejects.toMatchObject({ code: 'root-not-a-directory' })
  })
})

describe.each(Object.entries(reads))('%s', (_, read) => {
  test('U31 rejects with root-missing, and makes nothing, where the root does not exist', async () => {
    const { directory, root } = await temporaryRoot()
    const store = createFilesystemStore({ root })
    await expect(read(store)).rejects.toMatchObject({ code: 'root-missing', fields: { root } })
    expect(await pathsBelow(directory)).toEqual([])
  })

  test('U31 rejects with root-missing when the root vanished while in use', async () => {
    const { root } = await temporaryRoot()
    const store = createFilesystemStore({ root })
    await store.set('a/b', value)
    await read(store)
    await fs.rm(root, { recursive: true })
    await expect(read(store)).rejects.toMatchObject({ code: 'root-missing', fields: { root } })
  })

  test('U31 rejects with root-not-a-directory where a file is in place of the root', async () => {
    const { root } = await temporaryRoot()
    await fs.writeFile(root, 'a file')
    const store = createFilesystemStore({ root })
    await expect(read(store)).rejects.toMatchObject({ code: 'root-not-a-directory', fields: { root } })
  })
})

test('U31 a root that vanishes while keys are listed is no empty store', async () => {
  const { root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.setMany([
    ['a/1', value],
    ['b/1', value],
  ])
  const keys = store.keys()[Symbol.asyncIterator]()
  await keys.next()
  await fs.rm(root, { recursive: true })
  await expect(
    (async () => {
      while ((await keys.next()).done !== true);
    })(),
  ).rejects.toMatchObject({ code: 'root-missing' })
})

test('U31 deleting needs no root, and makes none, but a file in its place is said', async () => {
  const { directory, root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.delete('a/b')
  expect(await pathsBelow(directory)).toEqual([])
  await fs.writeFile(root, 'a file')
  await expect(store.delete('a/b')).rejects.toMatchObject({ code: 'root-not-a-directory' })
})

test('U31 replacing what cannot be there makes no root', async () => {
  const { directory, root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  expect(await store.replace!('a/b', value, value)).toBe(false)
  expect(await pathsBelow(directory)).toEqual([])
})

test('U31 a root that exists but is empty has misses, not errors', async () => {
  const { root } = await temporaryRoot()
  await fs.mkdir(root)
  const store = createFilesystemStore({ root })
  expect(await store.get('a/b')).toBeUndefined()
  expect(await store.has!(['a'])).toEqual([false])
  expect(await listed(store)).toEqual([])
})

test('U31 on memfs, where making a folder over a file is no error, a file in place of the root is said', async () => {
  const store = createFilesystemStore({ root: '/root', fs: memfs({ '/root': 'a file' }).fs.promises })
  for (const call of [...Object.values(reads), ...Object.values(writes)]) {
    await expect(call(store)).rejects.toMatchObject({ code: 'root-not-a-directory' })
  }
})

test('U31 a relative root counts from the working directory at creation', async () => {
  const { fs: memory } = memfs({ [process.cwd()]: {} })
  await createFilesystemStore({ root: 'cache', fs: memory.promises }).set('a', value)
  expect(memory.existsSync(join(process.cwd(), 'cache/a'))).toBe(true)
})

test.each([
  { root: '' },
  { root: undefined },
  { root: 7 },
  { root: '/x', lockTimeout: -1 },
  { root: '/x', lockTimeout: NaN },
])('U31 options %o are refused at once', (options) => {
  expect(() => createFilesystemStore(options as { root: string })).toThrow(
    expect.objectContaining({ code: 'bad-argument' }),
  )
})
