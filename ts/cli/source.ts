import { basename, resolve } from 'node:path'
import type { Limits } from '../core/index.js'
import { isUnitflowError, UnitflowError } from '../errors/index.js'
import { createMemoryStore } from '../stores/memory/index.js'
import { cacheElementUnitsForWorkflow, decompose, readElementUnit, readManifest } from '../units/index.js'
import type { ElementUnit, Manifest } from '../units/index.js'
import { FileError, InputError, LineError, systemCodeOf, UsageError } from './failures.js'
import type { Io } from './io.js'
import { withStore } from './session.js'
import type { StoreFlags } from './session.js'

/** A file that was read, or the standard input. */
export interface Specs {
  readonly name: string
  readonly bytes: Uint8Array
}

/** One version of a workflow, from a file or from the cache. */
export interface Source {
  readonly name: string
  readonly manifest: Manifest
  /** The unit to start one of its processes. */
  readonly unit: (processId: string) => Promise<ElementUnit>
}

/** Options of the commands that take a version of a workflow. */
export interface SourceFlags extends StoreFlags {
  readonly limit?: Limits
}

/** What an argument that names a version may be, for help texts. */
export const SOURCE_HELP =
  'a specs file, - for stdin, or a cache key (key:NAME where a file has the same name)'

const KEY = 'key:'

/** Reads a specs file; `-` is the standard input. */
export async function readSpecs(io: Io, path: string): Promise<Specs> {
  if (path === '-') return { name: 'stdin', bytes: await io.readStdin(io.signal) }
  try {
    return { name: path, bytes: await io.readFile(resolve(io.cwd, path)) }
  } catch (error) {
    io.signal.throwIfAborted()
    throw new FileError('read', path, error)
  }
}

/** Does something with an input; an error about it gets its name. */
export async function aboutInput<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUnitflowError(error) && !(error instanceof LineError)) throw error
    throw new InputError(name, error)
  }
}

/** The version that an argument names: see {@link SOURCE_HELP}. */
export async function resolveSource(io: Io, argument: string, flags: SourceFlags): Promise<Source> {
  const named = keyOf(argument)
  if (named !== undefined) return cachedSource(io, named, flags)
  const specs = await readIfFile(io, argument)
  if (specs !== undefined) return fileSource(specs, flags)
  try {
    return await cachedSource(io, argument, flags)
  } catch (error) {
    if (!isUnitflowError(error, 'unknown-cache-key') && !isUnitflowError(error, 'root-missing')) throw error
    const message = `${JSON.stringify(argument)} is neither a file nor a cache key of ${JSON.stringify(flags.store)}`
    throw new UnitflowError('unknown-cache-key', message, { cacheKey: argument }, { cause: error })
  }
}

/** Two versions to compare. */
export async function resolveTwo(
  io: Io,
  a: string,
  b: string,
  flags: SourceFlags,
): Promise<readonly [Source, Source]> {
  if (a === '-' && b === '-') throw new UsageError('only one of the two versions can come from stdin')
  return [await resolveSource(io, a, flags), await resolveSource(io, b, flags)]
}

/** The cache key of an argument that can be nothing else. */
export function keyOf(argument: string): string | undefined {
  return argument.startsWith(KEY) ? argument.slice(KEY.length) : undefined
}

/** A specs file, where there is one. */
export async function readIfFile(io: Io, path: string): Promise<Specs | undefined> {
  try {
    return await readSpecs(io, path)
  } catch (error) {
    const code = error instanceof FileError ? systemCodeOf(error.cause) : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG')
      return undefined
    throw error
  }
}

async function fileSource({ name, bytes }: Specs, { limit }: SourceFlags): Promise<Source> {
  const options = limit === undefined ? {} : { limits: limit }
  const { manifest } = await aboutInput(name, () => decompose(bytes, options))
  return {
    name,
    manifest,
    unit: async (processId) => {
      const store = createMemoryStore()
      await cacheElementUnitsForWorkflow(store, name, bytes, options)
      return readElementUnit(store, name, { processId })
    },
  }
}

async function cachedSource(io: Io, cacheKey: string, { store: folder }: SourceFlags): Promise<Source> {
  const manifest = await withStore(io, folder, (store) => readManifest(store, cacheKey))
  return {
    name: cacheKey,
    manifest,
    unit: (processId) =>
      withStore(io, folder, (store) =>
        readElementUnit(store, cacheKey, { processId }, { signal: io.signal }),
      ),
  }
}

/** The cache key of a file: its name without extensions. */
export function defaultKey(path: string): string {
  if (path === '-') throw new UsageError('specs from stdin have no name', 'Give them one with --key <key>.')
  const name = basename(path)
  const dot = name.indexOf('.', 1)
  const key = dot < 0 ? name : name.slice(0, dot)
  if (key === '') throw new UsageError(`${JSON.stringify(path)} names no file`)
  return key
}
