import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createFilesystemStore, type FilesystemPromises } from '../../../ts/stores/filesystem/index.js'
import { faultyFilesystem } from './faulty-filesystem.js'
import { pathsBelow, temporaryRoot } from './temporary-root.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A store as another process would have it: a file system object of its own, so that nothing is shared in this one. */
function ofAnotherProcess(root: string, over: FilesystemPromises = fs): CacheStore {
  return createFilesystemStore({ root, fs: { ...over } })
}

/** What a process leaves that was killed while it held the lock of the key `key`. */
async function leaveLock(root: string, secondsAgo: number): Promise<void> {
  await fs.mkdir(join(root, 'key~lock'), { recursive: true })
  await fs.writeFile(join(root, 'key~lock/killed-1'), 'never committed')
  const then = new Date(Date.now() - secondsAgo * 1000)
  await fs.utimes(join(root, 'key~lock/killed-1'), then, then)
}

test('U32 a holder that was killed is passed over', async () => {
  const { root } = await temporaryRoot()
  await leaveLock(root, 11)
  const store = createFilesystemStore({ root })
  expect(await store.replace!('key', undefined, bytes('1'))).toBe(true)
  expect(await pathsBelow(root)).toEqual(['key'])
})

test('U32 a lock whose time lies far ahead (another clock) does not block for ever', async () => {
  const { root } = await temporaryRoot()
  await leaveLock(root, -3600)
  expect(await createFilesystemStore({ root }).replace!('key', undefined, bytes('1'))).toBe(true)
})

test('U32 an empty lock, left between commit and clearing up, is nobody’s', async () => {
  const { root } = await temporaryRoot()
  await fs.mkdir(join(root, 'key~lock'), { recursive: true })
  expect(await createFilesystemStore({ root }).replace!('key', undefined, bytes('1'))).toBe(true)
  expect(await pathsBelow(root)).toEqual(['key'])
})

test('U32 a lock that is held is waited for, and given up after lockTimeout', async () => {
  const { root } = await temporaryRoot()
  await leaveLock(root, 0)
  const impatient = createFilesystemStore({ root, lockTimeout: 50 })
  await expect(impatient.replace!('key', undefined, bytes('1'))).rejects.toMatchObject({
    code: 'store-failed',
    fields: { operation: 'replace', key: 'key' },
  })
  expect(await pathsBelow(root)).toEqual(['key~lock', 'key~lock/killed-1'])
  const waiting = ofAnotherProcess(root).replace!('key', undefined, bytes('2'))
  setTimeout(() => void fs.rm(join(root, 'key~lock'), { recursive: true }), 30)
  expect(await waiting).toBe(true)
})

test('U32 a clock that is set forward ends no waiting for a lock', async () => {
  const { root } = await temporaryRoot()
  await leaveLock(root, 0)
  let ahead = 0
  const clock = vi
    .spyOn(Date, 'now')
    .mockImplementation(() => performance.timeOrigin + performance.now() + ahead)
  const waiting = createFilesystemStore({ root, lockTimeout: 3000 }).replace!('key', undefined, bytes('1'))
  setTimeout(() => (ahead = 5000), 20)
  setTimeout(() => void fs.rm(join(root, 'key~lock'), { recursive: true }), 300)
  expect(await waiting.finally(() => clock.mockRestore())).toBe(true)
})

test('U32 a value that differs already is answered without the lock', async () => {
  const { root } = await temporaryRoot()
  await leaveLock(root, 0)
  const store = createFilesystemStore({ root, lockTimeout: 0 })
  await store.set('key', bytes('1'))
  expect(await store.replace!('key', bytes('0'), bytes('2'))).toBe(false)
})

test('U32 of several that put out the same killed holder one wins', async () => {
  const { root } = await temporaryRoot()
  for (let round = 0; round < 10; round++) {
    await leaveLock(root, 11)
    const won = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        ofAnotherProcess(root).replace!('key', undefined, bytes(`by ${index}`)),
      ),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(new TextDecoder().decode(await fs.readFile(join(root, 'key')))).toBe(`by ${won.indexOf(true)}`)
    await fs.rm(root, { recursive: true })
  }
})

test('U32 a holder that was only slow, and was put out, cannot overwrite the one that followed', async () => {
  const { root } = await temporaryRoot()
  let stopped = false
  const slow = ofAnotherProcess(
    root,
    faultyFilesystem(fs, async ({ name, path, detail }) => {
      // Stopped between its last look at the value and its commit, for longer than a lock is held.
      if (name !== 'rename' || !path.includes('key~lock') || detail !== join(root, 'key') || stopped)
        return undefined
      stopped = true
      const then = new Date(Date.now() - 11_000)
      await fs.utimes(path, then, then)
      expect(await ofAnotherProcess(root).replace!('key', bytes('0'), bytes('by the quick one'))).toBe(true)
      return undefined
    }),
  )
  await slow.set('key', bytes('0'))
  expect(await slow.replace!('key', bytes('0'), bytes('by the slow one'))).toBe(false)
  expect(stopped).toBe(true)
  expect(new TextDecoder().decode(await slow.get('key'))).toBe('by the quick one')
  expect(await pathsBelow(root)).toEqual(['key'])
})

test('U32 a lock is as old as its holding, not as the waiting for it', async () => {
  const { root } = await temporaryRoot()
  await leaveLock(root, 0)
  let waited = 0
  const store = ofAnotherProcess(
    root,
    faultyFilesystem(fs, async ({ name, path, detail }) => {
      if (name === 'utimes' && ++waited === 2) await fs.rm(join(root, 'key~lock'), { recursive: true })
      if (name === 'open' && detail === 'wx' && path.includes('key~')) {
        // Prepared long ago, as far as the file tells.
        setTimeout(() => void fs.utimes(path, new Date(0), new Date(0)), 0)
      }
      if (name === 'rename' && path.includes('key~lock')) {
        const age = Date.now() - (await fs.stat(path)).mtimeMs
        expect(age).toBeLessThan(5000)
      }
      return undefined
    }),
  )
  expect(await store.replace!('key', undefined, bytes('1'))).toBe(true)
  expect(waited).toBeGreaterThan(1)
})

test('U32 counters of stores that share nothing in the process lose no count', async () => {
  const { root } = await temporaryRoot()
  await createFilesystemStore({ root }).set('key', bytes('0'))
  const count = async (): Promise<void> => {
    const store = ofAnotherProcess(root)
    for (;;) {
      const value = await store.get('key')
      const next = String(Number(new TextDecoder().decode(value)) + 1)
      if (await store.replace!('key', value, bytes(next))) return
    }
  }
  await Promise.all(Array.from({ length: 12 }, count))
  expect(new TextDecoder().decode(await fs.readFile(join(root, 'key')))).toBe('12')
  expect(await pathsBelow(root)).toEqual(['key'])
})
