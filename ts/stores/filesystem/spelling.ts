import { join } from 'node:path'
import { keyConflict } from './filesystem-errors.js'
import { type FilesystemPromises, listDirectory, systemCode } from './filesystem-promises.js'
import { namesOfKey, placeBelow, ROOT_PLACE, uniqueName } from './key-path.js'

/** Whether a key is held under exactly this spelling. One is made for each call, and lists each folder once. */
export type SpellingCheck = (key: string) => Promise<boolean>

/**
 * Keeps keys apart that differ only in case where the file system does not (macOS, Windows): there `a/B` opens the file
 * of `a/b`, and only a folder's listing tells how a name is spelled (U28). On other file systems it costs nothing once it
 * is known which kind this is.
 */
export class Spelling {
  readonly #fs: FilesystemPromises
  readonly #root: string
  /** Undefined until something was there to tell by. */
  #folds: boolean | undefined
  /** Many writes begin at once, and one probe serves all. */
  #probing: Promise<boolean> | undefined

  constructor(fs: FilesystemPromises, root: string) {
    this.#fs = fs
    this.#root = root
  }

  /** A check for keys that have been found. Where it cannot be told yet what kind of file system this is, it looks. */
  check(): SpellingCheck {
    const listings = new Map<string, Promise<ReadonlySet<string>>>()
    return async (key) => {
      if (!(await this.#mayFold())) return true
      let directory = this.#root
      for (const name of namesOfKey(key)) {
        const listing = listings.get(directory) ?? this.#names(directory)
        listings.set(directory, listing)
        if (!(await listing).has(name)) return false
        directory = join(directory, name)
      }
      return true
    }
  }

  /** Whether writers have to take turns and to call {@link admit}. The root must exist. */
  async folds(): Promise<boolean> {
    if (!(await this.#mayFold())) return false
    if (this.#folds !== undefined) return true
    this.#probing ??= this.#probe().finally(() => (this.#probing = undefined))
    return (this.#folds = await this.#probing)
  }

  /**
   * Refuses to write a key of which another spelling is held.
   *
   * @throws `key-conflict`
   */
  async admit(key: string): Promise<void> {
    let directory = this.#root
    let place = ROOT_PLACE
    for (const name of namesOfKey(key)) {
      const names = await this.#names(directory)
      if (!names.has(name)) {
        const other = [...names].find((existing) => existing.toLowerCase() === name.toLowerCase())
        if (other === undefined) return
        throw keyConflict(key, (placeBelow(place, other) ?? place).key)
      }
      directory = join(directory, name)
      place = placeBelow(place, name) ?? place
    }
  }

  async #names(directory: string): Promise<ReadonlySet<string>> {
    try {
      return new Set((await listDirectory(this.#fs, directory)).map((entry) => entry.name))
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return new Set()
      throw error
    }
  }

  /** Tells by what is in the root already, without writing: another spelling of one of its names leads to it, or not. */
  async #mayFold(): Promise<boolean> {
    if (this.#folds !== undefined) return this.#folds
    for (const name of await this.#names(this.#root)) {
      const folds = await this.#leadsTo(swapCase(name), name)
      if (folds === undefined) continue
      this.#folds = folds
      return folds
    }
    return true
  }

  /** Tells by a file of its own. */
  async #probe(): Promise<boolean> {
    const name = `case~${uniqueName()}`
    const handle = await this.#fs.open(join(this.#root, name), 'wx')
    try {
      await handle.close()
      return (await this.#leadsTo(swapCase(name), name)) ?? true
    } finally {
      await this.#fs.unlink(join(this.#root, name)).catch(() => undefined)
    }
  }

  /** Whether a name is another spelling of an entry; undefined where the entry cannot tell. */
  async #leadsTo(name: string, entry: string): Promise<boolean | undefined> {
    if (name === entry) return undefined
    const found = await this.#inode(name)
    const own = await this.#inode(entry)
    // It went away between the two looks, and may have been there under both names.
    if (own === undefined) return undefined
    return found === own
  }

  async #inode(name: string): Promise<number | bigint | undefined> {
    try {
      return (await this.#fs.lstat(join(this.#root, name))).ino
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }
}

function swapCase(name: string): string {
  return name.replace(/[A-Za-z]/g, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))
}
