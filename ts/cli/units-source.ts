import { isUnitflowError, UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/index.js'
import { readManifest } from '../units/index.js'
import type { Manifest } from '../units/index.js'
import type { Limits } from '../core/index.js'
import { cacheSpecs } from './commands/cache.js'
import { FileError, UsageError } from './failures.js'
import type { Session, StoreFlags } from './session.js'
import { defaultKey, keyOf, readIfFile } from './source.js'

/** Options of what names the units of a workflow. */
export interface UnitsFlags extends StoreFlags {
  readonly key?: string
  readonly limit?: Limits
}

/** What an argument that names the units of a workflow may be, for help texts. */
export const UNITS_HELP =
  'a specs file, or - for stdin, which is cached; or a cache key (key:NAME where a file has the same name)'

/**
 * The cache key of an argument. A specs file is cached first; only what changed is written.
 *
 * @throws as caching does, `FileError`, `UsageError`
 */
export async function cachedUnits(session: Session, argument: string, flags: UnitsFlags): Promise<string> {
  const named = keyOf(argument)
  const specs = named === undefined ? await readIfFile(session.io, argument) : undefined
  if (specs === undefined) {
    if (flags.key !== undefined) {
      if (named === undefined)
        throw new FileError('read', argument, Object.assign(new Error(), { code: 'ENOENT' }))
      throw new UsageError('--key is for a specs file: what is cached has its key')
    }
    return named ?? argument
  }
  const key = flags.key ?? defaultKey(argument)
  await cacheSpecs(session, specs, key, { ...flags, layout: 'v2' })
  return key
}

/** What is cached under a key, where the argument may have been meant as a file. */
export async function manifestOf(
  store: CacheStore,
  argument: string,
  cacheKey: string,
  { store: folder }: UnitsFlags,
): Promise<Manifest> {
  try {
    return await readManifest(store, cacheKey)
  } catch (error) {
    const isAbsent = isUnitflowError(error, 'unknown-cache-key') || isUnitflowError(error, 'root-missing')
    if (!isAbsent || keyOf(argument) !== undefined) throw error
    const message = `${JSON.stringify(argument)} is neither a file nor a cache key of ${JSON.stringify(folder)}`
    throw new UnitflowError('unknown-cache-key', message, { cacheKey: argument }, { cause: error })
  }
}
