import * as nodeFilesystem from 'node:fs/promises'

/** Calls that change something on the disk. */
const CHANGING = new Set(['write', 'sync', 'rename', 'unlink', 'mkdir', 'rmdir', 'create'])

/**
 * The file system with something happening to its calls. `happen` hears each call before it is made, and may throw, wait, or
 * answer `{ after }` for what happens after it, or `{ take }` for how many of the bytes a write takes.
 */
export function breakingFilesystem(happen) {
  const call =
    (name) =>
    (...args) =>
      around(name, args[0], () => nodeFilesystem[name](...args))
  const around = async (name, path, work) => {
    const fate = await happen({ name, isChanging: CHANGING.has(name), path })
    const result = await work(fate)
    fate?.after?.()
    return result
  }
  const names = ['readFile', 'readdir', 'stat', 'lstat', 'mkdir', 'rmdir', 'unlink', 'rename', 'utimes']
  return {
    ...Object.fromEntries(names.map((name) => [name, call(name)])),
    async open(path, flags) {
      const name = flags.startsWith('w') ? 'create' : 'open'
      const file = await around(name, path, () => nodeFilesystem.open(path, flags))
      return {
        write: (bytes, offset, length, position) =>
          around('write', path, (fate) =>
            file.write(bytes, offset, Math.min(length, fate?.take ?? length), position),
          ),
        sync: () => around('sync', path, () => file.sync()),
        datasync: () => around('sync', path, () => file.datasync()),
        // A file that is not closed would be one of this process's few.
        close: () => file.close(),
      }
    },
  }
}

/** An error as the system gives it. */
export function systemError(code, call) {
  return Object.assign(new Error(`${code}: made up, ${call}`), { code, syscall: call })
}
