import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { faultyFilesystem, type FilesystemCall } from './faulty-filesystem.js'
import { listed, pathsBelow, temporaryRoot } from './temporary-root.js'

const value = new Uint8Array([1, 2, 3])
const HOUR = 3600

test('U28 a key is its own path, so that layout v1 can share the directory', async () => {
  const { root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.setMany([
    ['v1/orders/manifest.0a1b2c.json', value],
    ['top', value],
    ['x'.repeat(200), value],
  ])
  expect(await pathsBelow(root)).toEqual(
    ['v1', 'v1/orders', 'v1/orders/manifest.0a1b2c.json', 'top', 'x'.repeat(200)].sort(),
  )
})

test('U28 a long segment is split into names that no key has and no file system refuses', async () => {
  const { root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.set(`${'x'.repeat(200)}con`, value)
  expect(await pathsBelow(root)).toEqual([`${'x'.repeat(200)}~`, `${'x'.repeat(200)}~/~con`])
  await store.set(`a/${'y'.repeat(201)}/b`, value)
  expect(await listed(store, `a/${'y'.repeat(201)}`)).toEqual([`a/${'y'.repeat(201)}/b`])
})

test('U28 what is not ours is not listed: foreign names, temporary files, links', async () => {
  const { directory, root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.set('a/key', value)
  await fs.mkdir(join(directory, 'outside'))
  await fs.writeFile(join(directory, 'outside/secret'), 'x')
  await fs.symlink(join(directory, 'outside'), join(root, 'linked'))
  await fs.symlink(join(directory, 'outside/secret'), join(root, 'a/link'))
  for (const name of ['a b', 'ä', 'a/key~123-abc-1', 'con', 'dot.', '~x', 'x'.repeat(201), 'short~']) {
    await fs.writeFile(join(root, name), 'foreign')
  }
  await fs.mkdir(join(root, `${'z'.repeat(200)}~`))
  await fs.writeFile(join(root, `${'z'.repeat(200)}~/no-mark`), 'foreign')
  await fs.mkdir(join(root, 'a/key~lock'))
  await fs.writeFile(join(root, 'a/key~lock/token'), 'lock')
  expect(await listed(store)).toEqual(['a/key'])
  expect(await listed(store, 'linked')).toEqual([])
  expect(await listed(store, 'a')).toEqual(['a/key'])
})

test('U28 a key where a folder is needed is key-conflict, and the other way round', async () => {
  const { root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.setMany([
    ['file', value],
    ['folder/deep/key', value],
  ])
  const under = { code: 'key-conflict', fields: { key: 'file/below/it', existing: 'file' } }
  await expect(store.set('file/below/it', value)).rejects.toMatchObject(under)
  await expect(store.setMany([['file/below/it', value]])).rejects.toMatchObject(under)
  await expect(store.replace!('file/below/it', undefined, value)).rejects.toMatchObject(under)
  const over = { code: 'key-conflict', fields: { key: 'folder/deep', existing: 'folder/deep/key' } }
  await expect(store.set('folder/deep', value)).rejects.toMatchObject(over)
  await expect(store.replace!('folder/deep', undefined, value)).rejects.toMatchObject(over)
  expect(await listed(store)).toEqual(['file', 'folder/deep/key'])
  expect(await pathsBelow(root)).toEqual(['file', 'folder', 'folder/deep', 'folder/deep/key'])
})

test('U28 a folder that holds something foreign is not removed for a key', async () => {
  const { root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.set('folder/key', value)
  await store.delete('folder/key')
  await fs.writeFile(join(root, 'folder/not a key'), 'keep me')
  await expect(store.set('folder', value)).rejects.toMatchObject({
    code: 'key-conflict',
    fields: { key: 'folder', existing: 'folder/' },
  })
  expect(await fs.readFile(join(root, 'folder/not a key'), 'utf8')).toBe('keep me')
})

test('U30 what killed writers left is removed by the next write into the folder, what is young stays', async () => {
  const { root } = await temporaryRoot()
  await fs.mkdir(join(root, 'a/key~lock'), { recursive: true })
  const old = new Date(Date.now() - 2 * HOUR * 1000)
  for (const name of ['a/key~old-1', 'a/key~young-1', 'a/key~lock/token', 'a/my ~ file']) {
    await fs.writeFile(join(root, name), 'left')
    if (name !== 'a/key~young-1') await fs.utimes(join(root, name), old, old)
  }
  await fs.utimes(join(root, 'a/key~lock'), old, old)
  const store = createFilesystemStore({ root })
  expect(await listed(store)).toEqual([])
  expect(await pathsBelow(root)).toHaveLength(6)
  await store.set('a/other', value)
  expect(await pathsBelow(root)).toEqual(['a', 'a/key~young-1', 'a/my ~ file', 'a/other'])
})

test('U30 a write is flushed before it is moved in place, and its folder after, before it resolves', async () => {
  const { directory, root } = await temporaryRoot()
  const calls: FilesystemCall[] = []
  const store = createFilesystemStore({ root, fs: faultyFilesystem(fs, (call) => void calls.push(call)) })
  await store.set('a/b', value)
  const steps = calls.map(({ name, path }) => `${name} ${path.replace(/b~.*/, 'b~').replace(directory, '')}`)
  const written = steps.lastIndexOf('write /root/a/b~')
  const flushed = steps.lastIndexOf('sync /root/a/b~')
  const moved = steps.lastIndexOf('rename /root/a/b~')
  expect(written).toBeGreaterThan(-1)
  expect(flushed).toBeGreaterThan(written)
  expect(moved).toBeGreaterThan(flushed)
  for (const folder of ['/root/a', '/root', ''])
    expect(steps.indexOf(`sync ${folder}`)).toBeGreaterThan(moved)
})

test('U30 parents of a nested root that was made are flushed as well', async () => {
  const { directory } = await temporaryRoot()
  const synced = new Set<string>()
  const filesystem = faultyFilesystem(fs, ({ name, path }) => {
    if (name === 'sync') synced.add(path)
    return undefined
  })
  await createFilesystemStore({ root: join(directory, 'x/y/root'), fs: filesystem }).set('a', value)
  for (const folder of ['x/y/root', 'x/y', 'x', '.']) expect(synced).toContain(join(directory, folder))
})

test('U30 setMany flushes each folder once', async () => {
  const { root } = await temporaryRoot()
  const synced: string[] = []
  const filesystem = faultyFilesystem(fs, ({ name, path }) => {
    if (name === 'sync') synced.push(path)
    return undefined
  })
  const store = createFilesystemStore({ root, fs: filesystem })
  await store.setMany(Array.from({ length: 40 }, (_, index) => [`f${index % 4}/k${index}`, value]))
  expect(synced.filter((path) => path === join(root, 'f0'))).toHaveLength(1)
  expect(synced.filter((path) => path === root)).toHaveLength(1)
  expect(synced.filter((path) => path.includes('~'))).toHaveLength(40)
}, 10_000)

test('U30 values are read and written 16 at a time', async () => {
  const { root } = await temporaryRoot()
  let open = 0
  let most = 0
  const filesystem = faultyFilesystem(fs, async ({ name, path, detail }) => {
    if (name === 'close' && path.includes('~')) open--
    if (name === 'open' && detail === 'wx') most = Math.max(most, ++open)
    if (name === 'readFile') {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 5))
      open--
    }
    return undefined
  })
  const store = createFilesystemStore({ root, fs: filesystem })
  const keys = Array.from({ length: 60 }, (_, index) => `k${index}`)
  await store.set('first', value)
  open = most = 0
  await store.setMany(keys.map((key) => [key, value]))
  expect(most).toBe(16)
  most = 0
  await store.getMany(keys)
  expect(most).toBe(16)
})
