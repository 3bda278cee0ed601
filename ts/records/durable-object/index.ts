/**
 * Records in the storage of a Durable Object.
 *
 * @module
 */
export { createDurableObjectRecords } from './durable-object-records.js'
export type {
  DurableObjectAlarm,
  DurableObjectColumn,
  DurableObjectSql,
  DurableObjectStorage,
} from './durable-object-storage.js'
export { ensureAlarm } from './ensure-alarm.js'
