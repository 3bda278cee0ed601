import type * as NodeSqliteModule from 'node:sqlite'
import { UnitflowError } from '../../errors/index.js'
import type { OpenSqlite } from './sqlite-database.js'

type NodeSqlite = typeof NodeSqliteModule

/**
 * The SQLite of the runtime, `node:sqlite`: in Node from 22.13 (22.5 with `--experimental-sqlite`), and in Deno.
 *
 * @throws `sqlite-unavailable`
 */
export function nodeSqlite(): OpenSqlite {
  // Not an import, which would fail with an error of the loader's, or in a bundler.
  const sqlite = builtinSqlite()
  return (path, { readonly }) => {
    const database = new sqlite.DatabaseSync(path, { readOnly: readonly })
    return {
      exec: (sql) => database.exec(sql),
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
      ...('backup' in sqlite && { backup: (target: string) => sqlite.backup(database, target) }),
    }
  }
}

function builtinSqlite(): NodeSqlite {
  let cause: unknown
  try {
    // Older runtimes have no such function, or no such module, whatever their types say.
    const host: { getBuiltinModule?: (id: 'node:sqlite') => NodeSqlite | undefined } = process
    const found = host.getBuiltinModule?.('node:sqlite')
    if (found !== undefined) return found
  } catch (error) {
    cause = error
  }
  const reason = `node:sqlite comes with Node 22.13, and this is ${process.release.name} ${process.version}`
  throw new UnitflowError(
    'sqlite-unavailable',
    `${reason}: hand another SQLite over as the option open`,
    { reason },
    { cause },
  )
}
