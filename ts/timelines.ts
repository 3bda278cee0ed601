/**
 * What happened when, drawn: for a terminal, and as SVG.
 *
 * @module
 */
export * from './deciders/timeline/index.js'
export * from './flows/timeline/index.js'
export * from './timeline/index.js'
