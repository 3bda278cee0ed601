import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import type { RecordStore } from 'unitflow/records'

/** Shared by all tabs and their workers. */
export const records: RecordStore = createIndexedDbRecords({ name: 'unitflow-uploads' })
