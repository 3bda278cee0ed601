import { dirname, join } from 'node:path'
import { type FilesystemPromises, listDirectory, systemCode } from './filesystem-promises.js'
import { inParallel } from '../in-parallel.js'
import { isTemporaryName } from './key-path.js'

/** What platforms answer that cannot open or flush a directory; and a directory that somebody has removed since. */
const UNFLUSHABLE = new Set([
  'EINVAL',
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EISDIR',
  'ENOSYS',
  'ENOENT',
])
/** A temporary file that nobody has touched for so long (ms) belongs to a writer that was killed. */
const LEFT_BEHIND_AFTER = 60 * 60 * 1000

/** Makes the folders of a store, and makes what is in them durable. */
export class Directories {
  readonly #fs: FilesystemPromises
  /** Where flushing stops: the highest folder that has got an entry from this store. */
  #top: string
  /** Folders whose own entry, and those of all folders above, this store has flushed. */
  readonly #settled = new Set<string>()

  constructor(fs: FilesystemPromises, root: string) {
    this.#fs = fs
    this.#top = dirname(root)
  }

  /** Makes a folder and those above it, where they are missing. */
  async make(directory: string): Promise<void> {
    for (;;) {
      try {
        await this.#fs.mkdir(directory)
        break
      } catch (error) {
        const code = systemCode(error)
        if (code === 'EEXIST') return
        if (code !== 'ENOENT' || dirname(directory) === directory) throw error
      }
      await this.make(dirname(directory))
    }
    this.#settled.delete(directory)
    if (this.#top.startsWith(directory)) this.#top = dirname(directory)
  }

  /**
   * Makes the entries of these folders durable: each is flushed once, and those above that are new to this store as well
   * (another process may have made them a moment ago and not have flushed them yet).
   *
   * A folder that is new to this store is also rid of what killed writers have left in it: it costs one listing a folder
   * in a store's life, next to a write that waits for the disk anyway, and no reader ever pays for it.
   */
  async settle(directories: Iterable<string>): Promise<void> {
    const flush = new Set(directories)
    const unsettled: string[] = []
    for (const directory of [...flush]) {
      if (this.#settled.has(directory)) continue
      unsettled.push(directory)
      for (let at = directory; at !== this.#top && !this.#settled.has(at) && dirname(at) !== at;) {
        at = dirname(at)
        flush.add(at)
      }
    }
    await inParallel([...flush], (directory) => this.flush(directory))
    await inParallel(unsettled, (directory) => this.#sweep(directory))
    for (const directory of unsettled) this.#settled.add(directory)
  }

  /** Makes the entries of one folder durable, where the platform can. */
  async flush(directory: string): Promise<void> {
    try {
      const handle = await this.#fs.open(directory, 'r')
      try {
        await (handle.sync === undefined ? handle.datasync() : handle.sync())
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (!UNFLUSHABLE.has(systemCode(error) ?? '')) throw error
    }
  }

  /** Removes what killed writers have left. What cannot be removed is left for another time: nothing depends on it. */
  async #sweep(directory: string): Promise<void> {
    const entries = await listDirectory(this.#fs, directory).catch(() => [])
    for (const entry of entries) {
      if (!isTemporaryName(entry.name)) continue
      const path = join(directory, entry.name)
      await this.#removeOld(path, entry.isDirectory()).catch(() => undefined)
    }
  }

  async #removeOld(path: string, isDirectory: boolean): Promise<void> {
    const age = Date.now() - Number((await this.#fs.lstat(path)).mtimeMs)
    if (age < LEFT_BEHIND_AFTER) return
    if (!isDirectory) {
      await this.#fs.unlink(path)
      return
    }
    // A temporary folder holds at most files.
    for (const entry of await listDirectory(this.#fs, path)) await this.#fs.unlink(join(path, entry.name))
    await this.#fs.rmdir(path)
  }
}
