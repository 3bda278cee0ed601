import { dirname, join } from 'node:path'
import type { Directories } from './directories.js'
import { keyConflict, rootError, writeError } from './filesystem-errors.js'
import { type FilesystemPromises, listDirectory, systemCode } from './filesystem-promises.js'
import { namesOfKey, pathOfKey, placeBelow, ROOT_PLACE, uniqueName } from './key-path.js'
import { walkKeys } from './key-walk.js'
import type { Spelling } from './spelling.js'
import type { Turns } from './turns.js'

/** Tries of one write while somebody else removes folders, or the whole root, under it. */
const ATTEMPTS = 5

/** What the parts of a store share. */
export interface StoreParts {
  readonly fs: FilesystemPromises
  readonly root: string
  readonly directories: Directories
  readonly spelling: Spelling
  readonly turns: Turns
  /** Whether the file system is known to refuse to move a file over a folder, as Node's own does everywhere. */
  readonly refusesFolders: boolean
}

/** Puts whole values in place of keys. Whoever calls it settles the folders afterwards. */
export class FileWriter {
  readonly #parts: StoreParts

  constructor(parts: StoreParts) {
    this.#parts = parts
  }

  /** Writes a value beside its key, flushes it, and moves it in place. Resolves to the folder that is to be settled. */
  async write(key: string, value: Uint8Array): Promise<string> {
    const { fs, root } = this.#parts
    const path = pathOfKey(root, key)
    return this.withFolder(key, async () => {
      const temporary = `${path}~${uniqueName()}`
      try {
        await writeWhole(fs, temporary, value)
        await this.put(key, temporary)
      } catch (error) {
        await fs.unlink(temporary).catch(() => undefined)
        throw error
      }
      return dirname(path)
    })
  }

  /** Does work in the folder of a key, which is made where it turns out to be missing. */
  async withFolder<T>(key: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const folds = await this.#folds()
        if (folds || attempt > 1) await this.#makeFolder(key, folds)
        return await work()
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error
      }
    }
  }

  /**
   * Moves a flushed file to the place of a key, whatever is there.
   *
   * @throws `key-conflict`
   */
  async put(key: string, from: string): Promise<void> {
    const { spelling } = this.#parts
    if (!(await this.#folds())) return this.#move(key, from)
    // Two spellings of a key, written at once, would each find that the other is not there yet.
    return this.#inTurn(async () => {
      await spelling.admit(key)
      await this.#move(key, from)
    })
  }

  /** The typed error for a write that failed: of a name in the way, of the root, or of the medium. */
  async explain(error: unknown, operation: string, key: string): Promise<Error> {
    const { fs, root } = this.#parts
    const code = systemCode(error)
    // Windows says ENOENT where a file stands in place of a folder.
    if (code !== 'ENOTDIR' && code !== 'ENOENT') return writeError(error, { operation, key })
    const wrongRoot = await rootError(fs, root).catch(() => undefined)
    return wrongRoot ?? (await this.#fileInTheWay(key)) ?? writeError(error, { operation, key })
  }

  async #folds(): Promise<boolean> {
    const { directories, root, spelling } = this.#parts
    try {
      return await spelling.folds()
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
      await directories.make(root)
      return spelling.folds()
    }
  }

  async #makeFolder(key: string, folds: boolean): Promise<void> {
    const { directories, root, spelling } = this.#parts
    const folder = dirname(pathOfKey(root, key))
    if (!folds) return directories.make(folder)
    return this.#inTurn(async () => {
      await spelling.admit(key)
      await directories.make(folder)
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#parts.turns.take(`spelling ${this.#parts.root}`, work)
  }

  async #move(key: string, from: string): Promise<void> {
    const { fs, root, refusesFolders } = this.#parts
    const path = pathOfKey(root, key)
    for (let attempt = 1; ; attempt++) {
      // Otherwise asked first: a file system of the user's may put the file in place of the folder.
      if (attempt > 1 || !refusesFolders) await this.#makeRoom(key, path)
      try {
        await fs.rename(from, path)
        return
      } catch (error) {
        if (attempt === ATTEMPTS || !(await isDirectory(fs, path))) throw error
      }
    }
  }

  /** Removes folders that keys below this one have left empty. */
  async #makeRoom(key: string, path: string): Promise<void> {
    const { fs } = this.#parts
    if (!(await isDirectory(fs, path))) return
    for await (const below of walkKeys(fs, path, { key, inSegment: false })) throw keyConflict(key, below)
    try {
      await removeFolders(fs, path)
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOTEMPTY' || code === 'EEXIST') throw keyConflict(key, `${key}/`)
      if (code !== 'ENOENT') throw error
    }
  }

  async #fileInTheWay(key: string): Promise<Error | undefined> {
    const { fs, root } = this.#parts
    let path = root
    let place = ROOT_PLACE
    for (const name of namesOfKey(key).slice(0, -1)) {
      path = join(path, name)
      place = placeBelow(place, name) ?? place
      const status = await fs.stat(path).catch(() => undefined)
      if (status === undefined) return undefined
      if (!status.isDirectory()) return keyConflict(key, place.key)
    }
    return undefined
  }
}

/** Writes a new file and flushes it. */
export async function writeWhole(fs: FilesystemPromises, path: string, value: Uint8Array): Promise<void> {
  const handle = await fs.open(path, 'wx')
  try {
    for (let written = 0; written < value.length;) {
      const { bytesWritten } = await handle.write(value, written, value.length - written, written)
      if (bytesWritten <= 0)
        throw new Error(`${value.length - written} of ${value.length} bytes were not taken`)
      written += bytesWritten
    }
    await (handle.sync === undefined ? handle.datasync() : handle.sync())
  } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
  // A network file system may only say here that there was no space.
  await handle.close()
}

/** Only empty folders can be removed this way: nothing is lost to a writer that comes at the same time. */
async function removeFolders(fs: FilesystemPromises, path: string): Promise<void> {
  for (const entry of await listDirectory(fs, path)) {
    if (entry.isDirectory()) await removeFolders(fs, join(path, entry.name))
  }
  await fs.rmdir(path)
}

async function isDirectory(fs: FilesystemPromises, path: string): Promise<boolean> {
  try {
    return (await fs.lstat(path)).isDirectory()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}
