/**
 * Executions in records: what waits, runs and has ended, and the queries.
 *
 * @module
 */
export { claimExecutions, claimOne, isFull, nextDue, waitingElsewhere } from './claim-executions.js'
export type { Claim, Claimed } from './claim-executions.js'
export { executionInfo } from './execution-info.js'
export type { ExecutionInfo } from './execution-info.js'
export { FLOW_COLLECTIONS } from './execution-keys.js'
export { contextOf, stillSealed, valuesOf } from './execution-values.js'
export { FlowRecords } from './flow-records.js'
export { FlowStore, taskNames } from './flow-store.js'
export type { CommittedFlowEvents } from './flow-store.js'
export type { FlowFilter, FlowPage } from './list-executions.js'
export { PayloadSealer } from './payload-sealer.js'
export { readFlows, StoredFlows } from './read-flows.js'
export type { FlowReader, ReadFlowsOptions, TaskProgress } from './read-flows.js'
export { sourcesInUse } from './sources-in-use.js'
export { READ, valueOf } from './stored-form.js'
export type { StoredProgress } from './stored-form.js'
