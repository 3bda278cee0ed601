/**
 * Records in transactions: the contract, and what stores of records share.
 *
 * @module
 */
export { checkedRecords, MAX_VALUE_BYTES } from './checked-records.js'
export type {
  MediumKey,
  MediumOutcome,
  MediumRange,
  MediumReader,
  MediumRecord,
  MediumWrite,
  RecordMedium,
} from './record-medium.js'
export type {
  RecordChange,
  RecordEntry,
  RecordKey,
  RecordPrefix,
  RecordRange,
  RecordSpan,
  RecordStore,
  RecordTransaction,
  TransactOptions,
  ValueOptions,
} from './record-store.js'
export { SchemaVersion } from './schema-version.js'
export type { Value } from '../values/index.js'
