/**
 * Flows of drawn processes: what was cached as element units, run as a flow of tasks.
 *
 * @module
 */
export { flowFromUnit } from './flow-from-unit.js'
export type { RefusedVersion, UnitFlow, UnitFlowOptions, UnitOfFlow } from './flow-from-unit.js'
export type { ExpansionLimits } from './expand-process.js'
export type { ElementTask, ElementTasks, FlowElement } from './flow-element.js'
export { versionsOf } from './versions-of.js'
