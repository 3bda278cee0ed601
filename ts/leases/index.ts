/**
 * Who may do something alone: leases with fencing tokens, kept in records.
 *
 * @module
 */
export { acquireLease, assertLease, readLease, releaseLease, renewLease } from './lease.js'
export type { Lease, LeaseRequest } from './lease.js'
