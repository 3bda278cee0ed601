import { type FilesystemPromises, listDirectory, systemCode } from './filesystem-promises.js'

/** From so many paths of a folder on, it is listed: that costs less than to ask for each, where most of it is asked for. */
const LIST_FROM = 128
/** A folder that holds so many times what is asked for is not listed for that. */
const MUCH_MORE = 32

/** What is known of a folder's files; what it says nothing of is to be asked for. */
export type ListedFiles = (name: string) => boolean | undefined

/** Lists folders of which many files are asked for at once. */
export class FolderListings {
  readonly #fs: FilesystemPromises
  /** Entries of folders, when they were last listed. */
  readonly #sizes = new Map<string, number>()

  constructor(fs: FilesystemPromises) {
    this.#fs = fs
  }

  /** Which files a folder holds of which so many are asked for; `undefined` where they are better asked for one by one. */
  async list(folder: string, asked: number): Promise<ListedFiles | undefined> {
    if (asked < LIST_FROM || (this.#sizes.get(folder) ?? 0) > asked * MUCH_MORE) return undefined
    const files = new Set<string>()
    const others = new Set<string>()
    try {
      const entries = await listDirectory(this.#fs, folder)
      this.#sizes.set(folder, entries.length)
      for (const entry of entries) (entry.isFile() ? files : others).add(entry.name)
    } catch (error) {
      const code = systemCode(error)
      // A folder may be entered that may not be listed.
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return undefined
    }
    // What is no file may be a link to one.
    return (name) => (others.has(name) ? undefined : files.has(name))
  }
}
