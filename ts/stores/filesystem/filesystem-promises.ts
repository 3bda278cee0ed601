/**
 * The calls of `node:fs/promises` that the store makes, in its shapes: Node's own fits, memfs' `fs.promises` fits, and so
 * does a wrapper of a test.
 */
export interface FilesystemPromises {
  readFile(path: string): Promise<Uint8Array>
  /** With `withFileTypes` entries come back; the wider type is what memfs declares. */
  readdir(
    path: string,
    options: { withFileTypes: true },
  ): Promise<readonly (string | Uint8Array | DirectoryEntry)[]>
  stat(path: string): Promise<FileStatus>
  lstat(path: string): Promise<FileStatus>
  mkdir(path: string): Promise<unknown>
  rmdir(path: string): Promise<unknown>
  unlink(path: string): Promise<unknown>
  rename(from: string, to: string): Promise<unknown>
  utimes(path: string, accessed: Date, modified: Date): Promise<unknown>
  open(path: string, flags: string): Promise<OpenFile>
}

/** One entry of a directory. */
export interface DirectoryEntry {
  readonly name: string | Uint8Array
  isFile(): boolean
  isDirectory(): boolean
}

/** What the store asks of a status. */
export interface FileStatus {
  /** Milliseconds since 1970. */
  readonly mtimeMs: number | bigint
  readonly ino: number | bigint
  isFile(): boolean
  isDirectory(): boolean
}

/** An open file or directory. */
export interface OpenFile {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ readonly bytesWritten: number }>
  /** Preferred; memfs does not declare it. */
  sync?(): Promise<unknown>
  datasync(): Promise<unknown>
  close(): Promise<unknown>
}

/** Entries of a directory that have a readable name. */
export type NamedEntry = DirectoryEntry & { readonly name: string }

/** Lists a directory. Names that are not text are left out: no key has one. */
export async function listDirectory(fs: FilesystemPromises, path: string): Promise<NamedEntry[]> {
  const entries: readonly (string | Uint8Array | DirectoryEntry)[] = await fs.readdir(path, {
    withFileTypes: true,
  })
  return entries.filter(isNamedEntry)
}

function isNamedEntry(entry: string | Uint8Array | DirectoryEntry): entry is NamedEntry {
  return typeof entry === 'object' && 'name' in entry && typeof entry.name === 'string'
}

/** The code of a system error (`ENOENT`), where it is one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
