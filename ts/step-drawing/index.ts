/**
 * Step workflows, drawn: the graph of steps, and what became of them, as Mermaid and as SVG.
 *
 * @module
 */
export { describe } from './describe.js'
export type { DescribeOptions, StepDescription } from './describe.js'
