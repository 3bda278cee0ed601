import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'

/** A directory that exists for one test, and a root inside it that does not exist yet. */
export async function temporaryRoot(): Promise<{ directory: string; root: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'unitflow-store-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return { directory, root: join(directory, 'root') }
}

/** Every file and folder below, as relative paths. */
export async function pathsBelow(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).map((path) => path.replaceAll('\\', '/')).sort()
}

/** The keys of a store, sorted. */
export async function listed(store: CacheStore, prefix?: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.keys(prefix)) keys.push(key)
  return keys.sort()
}
