import { posix } from 'node:path'
import type { IFs } from 'memfs'
import type { FilesystemPromises } from '../../../ts/stores/filesystem/index.js'

/** A file system that keeps the case of names and does not tell it, as macOS and Windows do, over memfs. */
export function foldingFilesystem({ promises: fs, existsSync, readdirSync }: IFs): FilesystemPromises {
  /** The path as it is spelled on disk, as far as it exists. */
  function actual(path: string): string {
    if (existsSync(path)) return path
    let at = '/'
    for (const name of path.split('/').filter(Boolean)) {
      const other = namesIn(at).find((existing) => existing.toLowerCase() === name.toLowerCase())
      at = posix.join(at, other ?? name)
    }
    return at
  }
  function namesIn(path: string): string[] {
    try {
      return readdirSync(path).map(String)
    } catch {
      return []
    }
  }
  return {
    readFile: async (path) => fs.readFile(actual(path)),
    readdir: async (path, options) => fs.readdir(actual(path), options),
    stat: async (path) => fs.stat(actual(path)),
    lstat: async (path) => fs.lstat(actual(path)),
    mkdir: async (path) => fs.mkdir(actual(path)),
    rmdir: async (path) => fs.rmdir(actual(path)),
    unlink: async (path) => fs.unlink(actual(path)),
    rename: async (from, to) => fs.rename(actual(from), actual(to)),
    utimes: async (path, accessed, modified) => fs.utimes(actual(path), accessed, modified),
    open: async (path, flags) => fs.open(actual(path), flags),
  }
}
