/**
 * Records in transactions: the contract, and what stores of records share.
 *
 * @module
 */
export { checkedRecords } from './checked-records.js'
export { MAX_VALUE_BYTES } from './max-value-bytes.js'
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
