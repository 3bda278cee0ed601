import { build } from 'esbuild'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { listed, pathsBelow, temporaryRoot } from './temporary-root.js'

const source = fileURLToPath(new URL('../../../ts/stores/filesystem/index.ts', import.meta.url))
const writer = fileURLToPath(new URL('../../fixtures/stores/writer.mjs', import.meta.url))
let directory: string
let bundle: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unitflow-bundle-'))
  bundle = join(directory, 'filesystem-store.mjs')
  await build({ entryPoints: [source], outfile: bundle, bundle: true, platform: 'node', format: 'esm' })
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** A process that works on the store; it has begun when this resolves. */
async function start(root: string, task: string, amount = 0): Promise<ChildProcess> {
  const child = fork(writer, [pathToFileURL(bundle).href, root, task, String(amount)])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

/** As `writer.mjs` writes it: as long as the number says that all its bytes hold. */
function isWhole(value: Uint8Array): boolean {
  return value.length === 1 + value[0]! * 6007 && value.every((byte) => byte === value[0])
}

test('U30 a writer that is killed at any instant leaves one whole value, and readers never see another', async () => {
  const { root } = await temporaryRoot()
  const store = createFilesystemStore({ root })
  await store.set('a/key', new Uint8Array(1))
  const sizes = new Set<number>()
  // On a slow disk it takes longer until there was something to see.
  for (let round = 0; round < 20 || (sizes.size <= 3 && round < 100); round++) {
    const child = await start(root, round % 2 === 0 ? 'set' : 'setMany')
    const end = performance.now() + Math.random() * (round < 20 ? 60 : 500)
    do {
      const keys = ['a/key', 'many/0', 'many/4']
      const values = (await store.getMany(keys)).filter((value) => value !== undefined)
      for (const value of values) {
        sizes.add(value.length)
        expect(isWhole(value)).toBe(true)
      }
    } while (performance.now() < end)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  for (const key of await listed(store)) expect(isWhole((await store.get(key))!)).toBe(true)
  expect(sizes.size).toBeGreaterThan(3)
  expect(await listed(store)).toEqual(['a/key', 'many/0', 'many/1', 'many/2', 'many/3', 'many/4'])
  await store.set('a/key', new Uint8Array(1))
  expect(await store.get('a/key')).toEqual(new Uint8Array(1))
}, 60_000)

test('U30 two processes that write one key leave one whole value', async () => {
  const { root } = await temporaryRoot()
  const children = await Promise.all([start(root, 'set'), start(root, 'set')])
  const store = createFilesystemStore({ root })
  const end = performance.now() + 500
  while (performance.now() < end) {
    const value = await store.get('a/key').catch(() => undefined)
    if (value !== undefined) expect(isWhole(value)).toBe(true)
  }
  for (const child of children) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  expect(isWhole((await store.get('a/key'))!)).toBe(true)
}, 30_000)

test('U32 counters of several processes lose no count', async () => {
  const { root } = await temporaryRoot()
  await createFilesystemStore({ root }).set('counter', new TextEncoder().encode('0'))
  const children = await Promise.all([1, 2, 3].map(() => start(root, 'count', 25)))
  const codes = await Promise.all(
    children.map(async (child) => ((await once(child, 'exit')) as unknown[])[0]),
  )
  expect(codes).toEqual([0, 0, 0])
  const value = await createFilesystemStore({ root }).get('counter')
  expect(new TextDecoder().decode(value)).toBe('75')
  expect(await pathsBelow(root)).toEqual(['counter'])
}, 60_000)
