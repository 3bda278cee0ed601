import { memfs } from 'memfs'
import { describe, expect, test } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { type Fault, faultyFilesystem, type FilesystemCall } from './faulty-filesystem.js'
import { listed } from './temporary-root.js'

const before = new Uint8Array([1])
const after = new Uint8Array(1000).fill(2)

/** A store on memfs that holds `a/held`; the fault is switched on afterwards. */
async function storeWith(
  fault: Fault,
): Promise<{ store: CacheStore; clean: CacheStore; paths: () => string[] }> {
  const { fs, vol } = memfs({ '/data': {} })
  let on = false
  const faulty = faultyFilesystem(fs.promises, (call) => (on ? fault(call) : undefined))
  const store = createFilesystemStore({ root: '/data/root', fs: faulty })
  await store.set('a/held', before)
  on = true
  const clean = createFilesystemStore({ root: '/data/root', fs: fs.promises })
  return { store, clean, paths: () => Object.keys(vol.toJSON()) }
}

const failing =
  (code: string, ...names: FilesystemCall['name'][]): Fault =>
  ({ name, path, detail }) =>
    names.includes(name) && (name !== 'open' || detail === 'wx') && path !== '/data' ? code : undefined

const writes: Record<string, (store: CacheStore, key: string) => Promise<unknown>> = {
  set: (store, key) => store.set(key, after),
  setMany: (store, key) => store.setMany([[key, after]]),
  replace: (store, key) => store.replace!(key, before, after),
}

describe.each([
  ['EROFS', 'store-read-only'],
  ['EACCES', 'store-read-only'],
  ['EPERM', 'store-read-only'],
  ['ENOSPC', 'store-full'],
  ['EDQUOT', 'store-full'],
  ['EIO', 'store-failed'],
])('U30 U31 %s is %s', (code, expected) => {
  test.each(Object.entries(writes))(
    'for %s at every step, and leaves the old value and nothing else',
    async (_, write) => {
      for (const step of ['open', 'write', 'sync', 'close', 'rename'] as const) {
        // A folder that cannot be flushed, or opened for it, is a limit of the platform, not a failure.
        const { store, clean, paths } = await storeWith((call) =>
          call.path.includes('~') ? failing(code, step)(call) : undefined,
        )
        const failure = await write(store, 'a/held').catch((error: unknown) => error)
        expect(failure, step).toMatchObject({ code: expected, fields: { key: 'a/held' }, cause: { code } })
        expect(await clean.get('a/held'), step).toEqual(before)
        expect(paths(), step).toEqual(['/data/root/a/held'])
      }
    },
  )

  test('for making a folder, and for deleting', async () => {
    const { store, clean } = await storeWith(failing(code, 'mkdir', 'unlink'))
    await expect(store.set('new/key', after)).rejects.toMatchObject({
      code: expected,
      fields: { key: 'new/key' },
    })
    await expect(store.delete('a/held')).rejects.toMatchObject({ code: expected, fields: { key: 'a/held' } })
    expect(await listed(clean)).toEqual(['a/held'])
  })
})

test('U29 a medium that fails is an exception for every reader, never a miss', async () => {
  for (const code of ['EACCES', 'EIO', 'EPERM', 'ELOOP']) {
    // The root itself is well: only what is in it cannot be read.
    const { store } = await storeWith((call) =>
      call.path === '/data/root' && call.name !== 'readdir'
        ? undefined
        : failing(code, 'readFile', 'stat', 'lstat', 'readdir')(call),
    )
    const failed = { code: 'store-failed', cause: { code } }
    await expect(store.get('a/held')).rejects.toMatchObject({
      ...failed,
      fields: { operation: 'get', key: 'a/held' },
    })
    await expect(store.getMany(['a/held'])).rejects.toMatchObject(failed)
    await expect(store.has!(['a/held'])).rejects.toMatchObject(failed)
    await expect(listed(store)).rejects.toMatchObject(failed)
    await expect(listed(store, 'a')).rejects.toMatchObject(failed)
    await expect(store.replace!('a/held', before, after)).rejects.toThrow()
  }
})

test('U30 a write that takes only a few bytes at a time is completed', async () => {
  const { fs } = memfs({ '/data': {} })
  let writes = 0
  const store = createFilesystemStore({
    root: '/data/root',
    fs: {
      ...fs.promises,
      open: async (path: string, flags: string) => {
        const file = await fs.promises.open(path, flags)
        return {
          datasync: () => file.datasync(),
          close: () => file.close(),
          write: async (bytes: Uint8Array, offset: number, length: number, position: number | null) => {
            writes++
            return file.write(bytes, offset, Math.min(length, 7), position)
          },
        }
      },
    },
  })
  const value = Uint8Array.from({ length: 100 }, (_, index) => index)
  await store.set('key', value)
  expect(await store.get('key')).toEqual(value)
  expect(writes).toBe(15)
})

test('U30 a file that takes no byte at all is a failure, not an endless loop', async () => {
  const { fs } = memfs({ '/data': {} })
  const file = {
    datasync: async () => undefined,
    close: async () => undefined,
    write: async () => ({ bytesWritten: 0 }),
  }
  const store = createFilesystemStore({ root: '/data/root', fs: { ...fs.promises, open: async () => file } })
  await expect(store.set('key', before)).rejects.toMatchObject({ code: 'store-failed' })
})

test.each(['EMFILE', 'ENFILE'])('U29 %s is waited out', async (code) => {
  const refused = new Map<string, number>()
  const { store } = await storeWith(({ name, path }) => {
    const call = `${name} ${path.replace(/~.*/, '~')}`
    refused.set(call, (refused.get(call) ?? 0) + 1)
    return name !== 'write' && name !== 'sync' && name !== 'close' && refused.get(call)! <= 2
      ? code
      : undefined
  })
  expect(await store.get('a/held')).toEqual(before)
  await store.set('a/held', after)
  expect(await store.replace!('a/held', after, before)).toBe(true)
  expect(await listed(store)).toEqual(['a/held'])
  expect(Math.max(...refused.values())).toBeGreaterThan(2)
})

test('U29 EMFILE that does not pass is store-failed, after a bounded time', async () => {
  const { store } = await storeWith(failing('EMFILE', 'readFile', 'open'))
  await Promise.all([
    expect(store.get('a/held')).rejects.toMatchObject({ code: 'store-failed', cause: { code: 'EMFILE' } }),
    expect(store.set('a/held', after)).rejects.toMatchObject({
      code: 'store-failed',
      cause: { code: 'EMFILE' },
    }),
  ])
})

test.each(['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'])(
  'U30 a folder that answers %s to flushing is no failure',
  async (code) => {
    const { store } = await storeWith(({ name, path }) =>
      name === 'sync' && !path.includes('~') ? code : undefined,
    )
    await store.set('a/held', after)
    await store.delete('a/held')
    expect(await store.get('a/held')).toBeUndefined()
  },
)

test('U30 a folder that cannot be flushed because the disk fails is a failure', async () => {
  const { store } = await storeWith(({ name, path }) =>
    name === 'sync' && !path.includes('~') ? 'EIO' : undefined,
  )
  await expect(store.set('a/held', after)).rejects.toMatchObject({
    code: 'store-failed',
    cause: { code: 'EIO' },
  })
  await expect(store.setMany([['a/held', after]])).rejects.toMatchObject({ code: 'store-failed' })
})

test('U30 after a failed setMany nothing is under way any more, and no temporary file stays', async () => {
  let calls = 0
  const { store, clean, paths } = await storeWith(({ name, path }) => {
    calls++
    return name === 'rename' && path.includes('k7~') ? 'ENOSPC' : undefined
  })
  const entries = Array.from({ length: 40 }, (_, index) => [`a/k${index}`, after] as const)
  await expect(store.setMany(entries)).rejects.toMatchObject({ code: 'store-full', fields: { key: 'a/k7' } })
  const settled = calls
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(calls).toBe(settled)
  expect(paths().filter((path) => path.includes('~'))).toEqual([])
  for (const key of await listed(clean))
    expect(await clean.get(key)).toEqual(key === 'a/held' ? before : after)
})

test('U31 folders that are removed under a write are made again', async () => {
  const { fs } = memfs({ '/data': {} })
  let removals = 0
  const faulty = faultyFilesystem(fs.promises, async ({ name, path }) => {
    if (name === 'rename' && path.includes('key~') && removals++ < 2) {
      await fs.promises.rm('/data/root', { recursive: true })
    }
    return undefined
  })
  const store = createFilesystemStore({ root: '/data/root', fs: faulty })
  await store.set('a/b/key', after)
  expect(await store.get('a/b/key')).toEqual(after)
  removals = 0
  expect(await store.replace!('a/b/key2', undefined, after)).toBe(true)
  removals = 0
  expect(await store.replace!('a/b/key', after, before)).toBe(false)
})
