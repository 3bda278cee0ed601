import { basename, dirname, resolve } from 'node:path'
import * as nodeFilesystem from 'node:fs/promises'
import { UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../cache-store.js'
import { checkedStore } from '../checked-store.js'
import { sameBytes } from '../same-bytes.js'
import { Directories } from './directories.js'
import { FileWriter, type StoreParts } from './file-writer.js'
import { readError, rootError, writeError } from './filesystem-errors.js'
import { type FilesystemPromises, systemCode } from './filesystem-promises.js'
import { inParallel } from '../in-parallel.js'
import { FolderListings, type ListedFiles } from './folder-listings.js'
import { pathOfKey, ROOT_PLACE } from './key-path.js'
import { walkKeys } from './key-walk.js'
import { patientFilesystem } from './patient-filesystem.js'
import { ReplaceLock } from './replace-lock.js'
import { Spelling, type SpellingCheck } from './spelling.js'
import { sharedTurns } from './turns.js'

/** How a filesystem store is made. */
export interface FilesystemStoreOptions {
  /** The folder of the store; a relative path counts from the working directory at this moment. */
  readonly root: string
  /**
   * The file system, in the shape of `node:fs/promises`.
   *
   * @default node:fs/promises
   */
  readonly fs?: FilesystemPromises
  /**
   * How long `replace` waits for another process that is replacing the same key, in ms, at least 0; then it rejects with
   * `store-failed`. A process that was killed at it is passed over after 10 s.
   *
   * @default 30000
   */
  readonly lockTimeout?: number
}

/**
 * Keeps each value in a file under `root`, at the key's own path. Several processes may share one root.
 *
 * - The root is made by the first write, again if it has gone; reading without it is `root-missing` (U31).
 * - A write is flushed to the disk, file and folder, before it resolves, and is never seen in part (U30). What a killed
 *   writer leaves behind is removed, an hour later, by the next store that writes into the same folder.
 * - A key cannot be held beside another that is a folder of it (`a` and `a/b`), nor, where the file system does not tell
 *   `A` from `a`, beside one that differs in case only: that is `key-conflict`, never another key's value (U28).
 * - Symbolic links inside the root are the operator's: they are followed by key, and never listed.
 *
 * @throws (by rejecting) `root-missing`, `root-not-a-directory`, `key-conflict`, `store-read-only`, `store-full`,
 * `store-failed`, and what every store throws; `bad-argument` (at once) for options of the wrong type
 * @example
 * const store = createFilesystemStore({ root: '.unitflow' })
 */
export function createFilesystemStore(options: FilesystemStoreOptions): CacheStore {
  const { root, fs = nodeFilesystem, lockTimeout = 30_000 } = options
  if (typeof root !== 'string' || root === '') throw badOption('root', 'a path that is not empty')
  if (!(lockTimeout >= 0)) throw badOption('lockTimeout', 'a number of ms, at least 0')
  return checkedStore(new FilesystemMedium(fs, resolve(root), lockTimeout))
}

function badOption(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}

class FilesystemMedium implements CacheStore {
  readonly #parts: StoreParts
  readonly #writer: FileWriter
  readonly #listings: FolderListings
  readonly #lockTimeout: number

  constructor(filesystem: FilesystemPromises, root: string, lockTimeout: number) {
    const fs = patientFilesystem(filesystem)
    this.#parts = {
      fs,
      root,
      directories: new Directories(fs, root),
      spelling: new Spelling(fs, root),
      turns: sharedTurns(filesystem),
      refusesFolders: filesystem === nodeFilesystem,
    }
    this.#writer = new FileWriter(this.#parts)
    this.#listings = new FolderListings(fs)
    this.#lockTimeout = lockTimeout
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#reading('get', key, async () => {
      const value = await this.#read(key, this.#parts.spelling.check())
      if (value === undefined) await this.#assertRoot()
      return value
    })
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const check = this.#parts.spelling.check()
    const values = await inParallel(keys, (key) =>
      this.#reading('getMany', key, () => this.#read(key, check)),
    )
    if (values.includes(undefined)) await this.#reading('getMany', '', () => this.#assertRoot())
    return values
  }

  async has(keys: readonly string[]): Promise<boolean[]> {
    const check = this.#parts.spelling.check()
    const listed = await this.#reading('has', '', () => this.#listed(keys))
    const found = await inParallel(keys, (key) =>
      this.#reading('has', key, async () => {
        const isListed = listed(key)
        return isListed === undefined ? this.#holds(key, check) : isListed && (await check(key))
      }),
    )
    if (found.includes(false)) await this.#reading('has', '', () => this.#assertRoot())
    return found
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#writing('set', key, async () => {
      const folder = await this.#writer.write(key, value)
      await this.#parts.directories.settle([folder])
    })
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    const folders = await inParallel(entries, ([key, value]) =>
      this.#writing('setMany', key, () => this.#writer.write(key, value)),
    )
    await this.#writing('setMany', '', () => this.#parts.directories.settle(folders))
  }

  async delete(key: string): Promise<void> {
    const { directories, fs, root, spelling } = this.#parts
    const path = pathOfKey(root, key)
    await this.#writing('delete', key, async () => {
      if (!(await this.#holds(key, spelling.check()))) {
        await this.#assertNoForeignRoot()
        return
      }
      try {
        await fs.unlink(path)
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error
      }
      await directories.flush(dirname(path))
    })
  }

  async *keys(prefix?: string): AsyncGenerator<string, void, undefined> {
    try {
      yield* prefix === undefined ? this.#allKeys() : this.#keysUnder(prefix)
    } catch (error) {
      throw readError(error, { operation: 'keys', key: prefix ?? '' })
    }
  }

  async replace(key: string, expected: Uint8Array | undefined, value: Uint8Array): Promise<boolean> {
    const path = pathOfKey(this.#parts.root, key)
    // Waiting for one another inside a process needs no looks at the disk. Spellings of one name wait together.
    return this.#parts.turns.take(path.toLowerCase(), () =>
      this.#writing('replace', key, () => this.#replaceInTurn(key, path, expected, value)),
    )
  }

  async close(): Promise<void> {
    // Nothing stays open between calls.
  }

  async #replaceInTurn(
    key: string,
    path: string,
    expected: Uint8Array | undefined,
    value: Uint8Array,
  ): Promise<boolean> {
    const { directories, fs, spelling } = this.#parts
    // Not by the time of day, which may be set while this waits.
    const deadline = performance.now() + this.#lockTimeout
    const isExpected = async (): Promise<boolean> => {
      const found = await this.#read(key, spelling.check())
      if (found === undefined) await this.#assertNoForeignRoot()
      return sameBytes(found, expected)
    }
    for (let vanished = 0; ;) {
      // A value that differs now differs, whoever holds the lock.
      if (!(await isExpected())) return false
      const lock = new ReplaceLock(fs, key, path)
      try {
        await this.#writer.withFolder(key, () => lock.prepare(value))
        if (!(await lock.take(deadline))) throw new Error(`others held the lock for ${this.#lockTimeout} ms`)
        if (!(await isExpected())) return false
        if (await lock.commit(this.#writer)) break
      } catch (error) {
        // Somebody removes the folders meanwhile; they are made again.
        if (systemCode(error) !== 'ENOENT' || ++vanished > 5) throw error
      } finally {
        await lock.release()
      }
      if (performance.now() > deadline) throw new Error(`the lock was lost for ${this.#lockTimeout} ms`)
    }
    await directories.settle([dirname(path)])
    return true
  }

  async #read(key: string, isSpelled: SpellingCheck): Promise<Uint8Array | undefined> {
    const { fs, root } = this.#parts
    const path = pathOfKey(root, key)
    try {
      const bytes = await fs.readFile(path)
      return (await isSpelled(key)) ? plainBytes(bytes) : undefined
    } catch (error) {
      if (await this.#isMiss(error, path)) return undefined
      throw error
    }
  }

  async #holds(key: string, isSpelled: SpellingCheck): Promise<boolean> {
    const { fs, root } = this.#parts
    const path = pathOfKey(root, key)
    try {
      return (await fs.stat(path)).isFile() && (await isSpelled(key))
    } catch (error) {
      if (await this.#isMiss(error, path)) return false
      throw error
    }
  }

  /** What is known of keys without asking for each, where many are of one folder. */
  async #listed(keys: readonly string[]): Promise<(key: string) => boolean | undefined> {
    const { root } = this.#parts
    const folders = new Map<string, number>()
    for (const key of keys) {
      const folder = dirname(pathOfKey(root, key))
      folders.set(folder, (folders.get(folder) ?? 0) + 1)
    }
    const listings = new Map<string, ListedFiles>()
    for (const [folder, asked] of folders) {
      const listed = await this.#listings.list(folder, asked)
      if (listed !== undefined) listings.set(folder, listed)
    }
    return (key) => {
      const path = pathOfKey(root, key)
      return listings.get(dirname(path))?.(basename(path))
    }
  }

  async #isMiss(error: unknown, path: string): Promise<boolean> {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return true
    if (code !== 'EPERM' && code !== 'EACCES') return false
    // What Windows answers to reading a folder.
    const status = await this.#parts.fs.lstat(path).catch(() => undefined)
    return status?.isDirectory() === true
  }

  async *#allKeys(): AsyncGenerator<string, void, undefined> {
    const { fs, root } = this.#parts
    await this.#assertRoot()
    yield* walkKeys(fs, root, ROOT_PLACE)
    // Folders that go away are empty, but a root that goes away is no empty store.
    await this.#assertRoot()
  }

  async *#keysUnder(prefix: string): AsyncGenerator<string, void, undefined> {
    const { fs, root, spelling } = this.#parts
    const path = pathOfKey(root, prefix)
    const status = await fs.lstat(path).catch(async (error: unknown) => {
      if (await this.#isMiss(error, path)) return undefined
      throw error
    })
    if (status !== undefined && (await spelling.check()(prefix))) {
      if (status.isFile()) yield prefix
      else if (status.isDirectory()) yield* walkKeys(fs, path, { key: prefix, inSegment: false })
    }
    await this.#assertRoot()
  }

  /** For writers, to whom a root that does not exist is an empty one. */
  async #assertNoForeignRoot(): Promise<void> {
    const problem = await rootError(this.#parts.fs, this.#parts.root)
    if (problem?.code === 'root-not-a-directory') throw problem
  }

  async #assertRoot(): Promise<void> {
    const problem = await rootError(this.#parts.fs, this.#parts.root)
    if (problem !== undefined) throw problem
  }

  async #reading<T>(operation: string, key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw readError(error, { operation, key })
    }
  }

  async #writing<T>(operation: string, key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (key === '') throw writeError(error, { operation, key })
      throw await this.#writer.explain(error, operation, key)
    }
  }
}

/** What Node reads may be a view of memory that Node shares among Buffers, and a Buffer's `slice` does not copy. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength !== bytes.buffer.byteLength) return new Uint8Array(bytes)
  return new Uint8Array(bytes.buffer)
}
