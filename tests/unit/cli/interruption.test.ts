import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'
import { commandLine, example } from './command-line.js'

/** A store that tells of each group of writes. */
function watched(store: CacheStore, onWrite: () => void): CacheStore {
  return {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    set: (key, value) => {
      onWrite()
      return store.set(key, value)
    },
    setMany: (entries) => {
      onWrite()
      return store.setMany(entries)
    },
    delete: (key) => store.delete(key),
    keys: (prefix) => store.keys(prefix),
    close: () => Promise.resolve(),
  }
}

test('U30 interrupted while it writes: exit code 130, no root, and caching again mends all', async () => {
  const { run } = await commandLine()
  const interruption = new AbortController()
  const store = createMemoryStore()
  const createStore = (): CacheStore => watched(store, () => interruption.abort(new Error('ended')))
  const outcome = await run(['cache', example('order-company.c')], {
    signal: interruption.signal,
    io: { createStore },
  })
  expect(outcome).toMatchObject({ code: 130, out: '', err: 'error[interrupted] ended before it was done\n' })
  const keys: string[] = []
  for await (const key of store.keys()) keys.push(key)
  expect(keys.every((key) => key.startsWith('v2/objects/'))).toBe(true)
  const io = { createStore: () => watched(store, () => undefined) }
  expect(await run(['cache', example('order-company.c')], { io })).toMatchObject({ code: 0 })
  expect(await run(['verify'], { io })).toMatchObject({ code: 0 })
})

test('interrupted before it begins, or while it reads: nothing happens', async () => {
  const { run, folder } = await commandLine()
  const aborted = AbortSignal.abort(new Error('ended'))
  for (const line of [
    ['cache', example('approval.c')],
    ['list'],
    ['graph', example('approval.c'), '-o', 'x.svg'],
  ]) {
    expect(await run(line, { signal: aborted }), line.join(' ')).toMatchObject({ code: 130, out: '' })
  }
  const asJson = await run(['list', '--json'], { signal: aborted })
  expect(JSON.parse(asJson.err)).toEqual({
    error: { code: 'interrupted', message: 'ended before it was done' },
    exitCode: 130,
  })
  const interruption = new AbortController()
  const readStdin = (signal: AbortSignal): Promise<Uint8Array> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      interruption.abort(new Error('ended'))
    })
  const waiting = await run(['cache', '-', '--key', 'k'], { signal: interruption.signal, io: { readStdin } })
  expect(waiting.code).toBe(130)
  expect(await readdir(folder)).toEqual([])
})

test('a failure that has nothing to do with an interruption is told as what it is', async () => {
  const { run } = await commandLine()
  const interruption = new AbortController()
  const io = {
    readFile: () => {
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
    },
  }
  expect(await run(['cache', 'x.json'], { signal: interruption.signal, io })).toMatchObject({
    code: 4,
    err: 'error[file] cannot read x.json: EIO\n',
  })
})

test('a mistake of ours is told with where it happened', async () => {
  const { run } = await commandLine()
  const io = {
    createStore: () => {
      throw new TypeError('boom')
    },
  }
  const outcome = await run(['list'], { io })
  expect(outcome.code).toBe(4)
  expect(outcome.err).toMatch(/^error\[internal\] TypeError: boom\n {4}at /)
  expect(outcome.err).toContain('Please report it')
})
