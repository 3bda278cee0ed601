import type { CacheStore } from 'unitflow'
import { sha256Hex } from './sha256-hex.js'

/** Milliseconds. KV itself may show an old root for a minute. */
const HELD_FOR = 10_000
/** For each tenant; a root has 64 KB at most. */
const MOST_HELD = 32

/** What a cache key led to. */
interface Held {
  readonly version: string
  readonly rootKey: string
  readonly bytes: Uint8Array
  readonly until: number
}

/** One version of a workflow. */
export interface HeldRoot {
  readonly cacheKey: string
  readonly version: string
  /** The store, except that it gives this root without reading it: all that is read is of this version. */
  readonly store: CacheStore
}

/** The roots that this isolate holds, by tenant and cache key. */
const held = new Map<string, Map<string, Held>>()

/** What a cache key leads to, or led to at most {@link HELD_FOR} ago and after the last write in this isolate. */
export async function heldRoot(
  store: CacheStore,
  tenant: string,
  cacheKey: string,
): Promise<HeldRoot | undefined> {
  const roots = held.get(tenant) ?? new Map<string, Held>()
  held.set(tenant, roots)
  let root = roots.get(cacheKey)
  if (root === undefined || root.until <= Date.now()) {
    roots.delete(cacheKey)
    root = await readRoot(store, cacheKey)
    if (root === undefined) return undefined
    // If these were forgotten meanwhile, nobody finds it here.
    roots.set(cacheKey, root)
    for (const oldest of roots.keys()) if (roots.size > MOST_HELD) roots.delete(oldest)
  }
  const { version, rootKey, bytes } = root
  const get: CacheStore['get'] = async (key) => (key === rootKey ? bytes.slice() : store.get(key))
  return { cacheKey, version, store: { ...store, get } }
}

async function readRoot(store: CacheStore, cacheKey: string): Promise<Held | undefined> {
  // The cache's format, see docs/cache-layout.md: sections 3 and 4.
  const rootKey = `v2/roots/${await sha256Hex(cacheKey)}`
  const bytes = await store.get(rootKey)
  if (bytes === undefined) return undefined
  return { version: versionIn(bytes), rootKey, bytes, until: Date.now() + HELD_FOR }
}

/** After a write. */
export function forgetRoots(tenant: string): void {
  held.delete(tenant)
}

/** Empty in a damaged root: whoever reads it says so. */
function versionIn(root: Uint8Array): string {
  const [, manifest = ''] = new TextDecoder().decode(root).split('\n')
  try {
    const { version } = JSON.parse(manifest) as { readonly version?: unknown }
    return typeof version === 'string' ? version : ''
  } catch {
    return ''
  }
}
