import { UnitflowError } from '../errors/index.js'
import { sha256Hex } from '../sha256/index.js'
import { isStoreKey } from '../stores/store-key.js'
import { wtf8 } from './keys.js'

/**
 * Layout v1 uses a cache key as the name of a folder, so that not any string is one. The filesystem store keeps longer
 * segments in several folders, where the Python package would not look.
 */
const LONGEST = 200

/**
 * The folder of a cache key in layout v1.
 *
 * @throws `bad-cache-key`
 */
export function folderV1(cacheKey: string): string {
  if (cacheKey.length > LONGEST || cacheKey.includes('/') || !isStoreKey(cacheKey)) {
    const expected = `1 to ${LONGEST} characters A-Z a-z 0-9 . _ -, no dot at the end, no name of a device`
    throw new UnitflowError(
      'bad-cache-key',
      `layout v1 cannot use the cache key ${JSON.stringify(cacheKey.slice(0, 80))}: expected ${expected}`,
      { cacheKey, expected },
    )
  }
  return `v1/${cacheKey}`
}

/** The key of a process's manifest in layout v1. */
export function manifestKeyV1(cacheKey: string, processId: string): string {
  return `${folderV1(cacheKey)}/manifest.${sha256Hex(wtf8(processId))}.json`
}

/** The key of a unit in layout v1. */
export function unitKeyV1(cacheKey: string, name: string): string {
  return `${folderV1(cacheKey)}/${name}.json`
}

/** The key of the whole workflow in layout v1. */
export function workflowKeyV1(cacheKey: string): string {
  return `${folderV1(cacheKey)}/workflow_specs.json`
}
