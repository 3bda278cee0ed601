import { createBackend, createManager } from 'unitflow/deciders'
import type { Manager } from 'unitflow/deciders'
import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import type { RecordStore } from 'unitflow/records'
import { order } from './workflow.js'

/** Shared by all tabs and their workers. */
export const records: RecordStore = createIndexedDbRecords({ name: 'unitflow-approvals' })

export const manager: Manager = createManager({ backend: createBackend({ records }), workflows: [order] })
