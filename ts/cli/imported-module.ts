import { extname, resolve } from 'node:path'
import { ExitCode } from './exit-code.js'
import { CommandError, FileError, systemCodeOf } from './failures.js'
import type { Io } from './io.js'

/**
 * What a module of the user's exports.
 *
 * @throws {@link FileError}, {@link CommandError} `bad-module`
 */
export async function importedModule(io: Io, module: string): Promise<object> {
  const path = resolve(io.cwd, module)
  // What Node says of a file that is not there is about whoever imports it.
  await io.readFile(path).catch((error: unknown) => {
    throw new FileError('read', module, error)
  })
  try {
    return await io.importModule(path)
  } catch (error) {
    const isUnknown = systemCodeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION' && extname(path).endsWith('ts')
    throw new CommandError('bad-module', `cannot import ${module}: ${firstLine(error)}`, ExitCode.failed, {
      ...(isUnknown && { hint: 'Node 22.18 and later import TypeScript by themselves; or compile it.' }),
      fields: { module },
      cause: error,
    })
  }
}

/** An error in a line. */
export function firstLine(error: unknown): string {
  const [first = ''] = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split(
    '\n',
  )
  return first
}
