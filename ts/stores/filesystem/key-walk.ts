import { join } from 'node:path'
import { type FilesystemPromises, listDirectory, systemCode } from './filesystem-promises.js'
import { type KeyPlace, placeBelow } from './key-path.js'

/**
 * The keys below a folder. Only regular files and folders count, so that a symbolic link leads nowhere; a folder that is
 * removed meanwhile is empty.
 */
export async function* walkKeys(
  fs: FilesystemPromises,
  path: string,
  place: KeyPlace,
): AsyncGenerator<string, void, undefined> {
  const folders = [{ path, place }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(fs, folder.path)) {
      const below = placeBelow(folder.place, entry.name)
      if (below === undefined) continue
      if (entry.isDirectory()) folders.push({ path: join(folder.path, entry.name), place: below })
      else if (entry.isFile() && !below.inSegment) yield below.key
    }
  }
}

async function entriesOf(fs: FilesystemPromises, path: string): ReturnType<typeof listDirectory> {
  try {
    return await listDirectory(fs, path)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
