import { type FilesystemPromises, systemCode } from './filesystem-promises.js'

/** Waits before another try, in ms; together about a second. */
const PAUSES = [2, 5, 10, 20, 50, 100, 200, 300, 300]
/** The process or the machine has no file descriptor left just now. */
const SCARCE = new Set(['EMFILE', 'ENFILE'])
/** Windows refuses to touch a file while another process (a reader, a virus scanner) has it open. */
const IN_USE = new Set(['EMFILE', 'ENFILE', 'EBUSY', 'EPERM', 'EACCES'])

/** The same file system, but a call that fails for want of something that will be there shortly is tried again. */
export function patientFilesystem(fs: FilesystemPromises): FilesystemPromises {
  const whenInUse = process.platform === 'win32' ? IN_USE : SCARCE
  return {
    readFile: (path) => patiently(whenInUse, () => fs.readFile(path)),
    readdir: (path, options) => patiently(SCARCE, () => fs.readdir(path, options)),
    stat: (path) => patiently(SCARCE, () => fs.stat(path)),
    lstat: (path) => patiently(SCARCE, () => fs.lstat(path)),
    mkdir: (path) => patiently(SCARCE, () => fs.mkdir(path)),
    rmdir: (path) => patiently(SCARCE, () => fs.rmdir(path)),
    unlink: (path) => patiently(whenInUse, () => fs.unlink(path)),
    rename: (from, to) => patiently(whenInUse, () => fs.rename(from, to)),
    utimes: (path, accessed, modified) => patiently(SCARCE, () => fs.utimes(path, accessed, modified)),
    open: (path, flags) => patiently(SCARCE, () => fs.open(path, flags)),
  }
}

async function patiently<T>(passing: ReadonlySet<string>, call: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await call()
    } catch (error) {
      if (!passing.has(systemCode(error) ?? '')) throw error
    }
    await sleep(pause * (0.5 + Math.random()))
  }
  return call()
}

/** Resolves after so many ms. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
