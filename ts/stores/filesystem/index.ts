/**
 * The store in files, for Node, Deno and Bun; or over any file system of the same shape.
 *
 * @module
 */
export { createFilesystemStore } from './filesystem-store.js'
export type { FilesystemStoreOptions } from './filesystem-store.js'
export type { DirectoryEntry, FilesystemPromises, FileStatus, OpenFile } from './filesystem-promises.js'
