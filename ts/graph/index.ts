/**
 * Drawing which process calls which: pure functions from a manifest to Mermaid and SVG, for any runtime; and what other
 * drawings of graphs need, too.
 *
 * @module
 */
export { callGraph } from './call-graph.js'
export type { CallGraph, CallGraphEdge, CallGraphNode } from './call-graph.js'
export { canBePlaced, drawnPart, MAX_DRAWN_NODES } from './drawn-part.js'
export type { DrawnPartOptions } from './drawn-part.js'
export { placed } from './layout.js'
export type { Box, Direction, Placed, PlacedEdge, PlacedNode, Point } from './layout.js'
export { legendRows } from './legend-rows.js'
export type { LegendItem, LegendRows } from './legend-rows.js'
export { mermaidText } from './mermaid-text.js'
export { mermaidOf } from './mermaid.js'
export { nearestPart } from './nearest-part.js'
export type { GraphPart, NearestPartOptions } from './nearest-part.js'
export { arrowHead, wayPath } from './svg-way.js'
export { svgOf } from './svg.js'
