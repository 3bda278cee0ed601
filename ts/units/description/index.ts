/**
 * Processes as people drew them (U34).
 *
 * @module
 */
export { describeProcess } from './describe-process.js'
export type {
  DecisionColumn,
  DescribedCorrelation,
  DescribedData,
  DescribedDecision,
  DescribedElement,
  DescribedEvent,
  DescribedFlow,
  DescribedInterface,
  DescribedLoop,
  DescribedOperation,
  ElementType,
  EventKind,
  ProcessDescription,
} from './process-description.js'
