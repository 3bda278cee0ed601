import { join } from 'node:path'
import { createLargeValues } from 'unitflow/steps/caches'
import { createFilesystemStore, createRecordState, createSqliteRecords } from './package-under-test.mjs'

/** The state of a round; with a store for what is large, or all of it in the records. */
export function openSteps(folder, hasLarge) {
  const records = createSqliteRecords({ path: join(folder, 'steps.db') })
  const large = hasLarge
    ? {
        large: createLargeValues({
          store: createFilesystemStore({ root: join(folder, 'large') }),
          from: 2000,
        }),
      }
    : {}
  return { records, state: createRecordState({ records, name: 'etl', mutable: true, ...large }) }
}
