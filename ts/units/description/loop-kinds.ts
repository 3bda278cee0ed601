import type { DescribedLoop } from './process-description.js'

/** The tasks that repeat another, and how. */
export const loopKinds: ReadonlyMap<string, DescribedLoop['kind']> = new Map([
  ['ParallelMultiInstanceTask', 'parallel-multi-instance'],
  ['SequentialMultiInstanceTask', 'sequential-multi-instance'],
  ['StandardLoopTask', 'standard'],
])
