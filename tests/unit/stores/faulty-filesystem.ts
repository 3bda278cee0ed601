import type { FilesystemPromises, OpenFile } from '../../../ts/stores/filesystem/index.js'

/** A call of the store on its file system; those on open files carry the path that was opened. */
export interface FilesystemCall {
  readonly name: keyof FilesystemPromises | 'write' | 'sync' | 'close'
  readonly path: string
  /** Of `open`: the flags. Of `rename`: where to. */
  readonly detail?: string
}

/** What a test has happen before a call: nothing, work of its own, or the code of a system error. */
export type Fault = (call: FilesystemCall) => string | undefined | Promise<string | undefined>

/** A file system in which calls fail as a test wants it. */
export function faultyFilesystem(fs: FilesystemPromises, fault: Fault): FilesystemPromises {
  async function before(call: FilesystemCall): Promise<void> {
    const code = await fault(call)
    if (code !== undefined) throw systemError(code, call)
  }
  const onPath =
    <T>(name: FilesystemCall['name'], work: (path: string) => Promise<T>) =>
    async (path: string): Promise<T> => {
      await before({ name, path })
      return work(path)
    }
  return {
    readFile: onPath('readFile', (path) => fs.readFile(path)),
    readdir: onPath('readdir', (path) => fs.readdir(path, { withFileTypes: true })),
    stat: onPath('stat', (path) => fs.stat(path)),
    lstat: onPath('lstat', (path) => fs.lstat(path)),
    mkdir: onPath('mkdir', (path) => fs.mkdir(path)),
    rmdir: onPath('rmdir', (path) => fs.rmdir(path)),
    unlink: onPath('unlink', (path) => fs.unlink(path)),
    async rename(from, to) {
      await before({ name: 'rename', path: from, detail: to })
      return fs.rename(from, to)
    },
    async utimes(path, accessed, modified) {
      await before({ name: 'utimes', path })
      return fs.utimes(path, accessed, modified)
    },
    async open(path, flags) {
      await before({ name: 'open', path, detail: flags })
      const file = await fs.open(path, flags)
      return faultyFile(file, (name) => before({ name, path }))
    },
  }
}

function faultyFile(file: OpenFile, before: (name: FilesystemCall['name']) => Promise<void>): OpenFile {
  return {
    async write(bytes, offset, length, position) {
      await before('write')
      return file.write(bytes, offset, length, position)
    },
    async sync() {
      await before('sync')
      return file.sync === undefined ? file.datasync() : file.sync()
    },
    datasync: () => file.datasync(),
    async close() {
      await file.close()
      await before('close')
    },
  }
}

function systemError(code: string, { name, path }: FilesystemCall): Error {
  return Object.assign(new Error(`${code}: injected, ${name} '${path}'`), { code, syscall: name, path })
}
