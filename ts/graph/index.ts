/**
 * Drawing which process calls which: pure functions from a manifest to Mermaid and SVG, for any runtime.
 *
 * @module
 */
export { callGraph } from './call-graph.js'
export type { CallGraph, CallGraphEdge, CallGraphNode } from './call-graph.js'
export { drawnPart, MAX_DRAWN_NODES } from './drawn-part.js'
export type { DrawnPartOptions } from './drawn-part.js'
export { mermaidOf } from './mermaid.js'
export { nearestPart } from './nearest-part.js'
export type { GraphPart, NearestPartOptions } from './nearest-part.js'
export { svgOf } from './svg.js'
