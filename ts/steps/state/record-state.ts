import { assertName } from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import type { RecordStore } from '../../records/index.js'
import type { CacheLimit } from '../cache/index.js'
import type { LargeValues } from '../values/index.js'
import { assertHas, assertObject } from '../values/index.js'
import { stateOver } from './named-state.js'
import { RecordMedium } from './record-medium.js'
import type { State, StateOptions, StateValues } from './state.js'

/** Where state is kept. */
export interface RecordStateOptions extends StateOptions, CacheLimit {
  /** It stays open when the state is not used any more. */
  readonly records: RecordStore
  /** Several states share one store, each under its own name. */
  readonly name: string
  /** Where values go that are large. @default nowhere: none may take more than a record may, 1 MiB */
  readonly large?: LargeValues
  /** @default the system's */
  readonly clock?: Clock
}

/**
 * State in records (S8, S9): it outlasts the program, and tabs, threads and OS processes share it. Results of steps are kept
 * beside it, in the same transactions.
 *
 * @example
 * const state = createRecordState({ records: createSqliteRecords({ path: 'etl.db' }), name: 'etl', mutable: true })
 * @throws `bad-argument`
 */
export function createRecordState<Known extends StateValues = StateValues>(
  options: RecordStateOptions,
): State<Known> {
  assertObject('createRecordState', options)
  assertHas('records', 'a store of records', options.records, 'transact')
  assertName(options.name, 'name')
  return stateOver(new RecordMedium(options.mutable ?? false, options))
}
