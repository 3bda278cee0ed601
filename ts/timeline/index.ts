/**
 * What happened when, drawn: one model, for a terminal and as SVG. Deciders and flows both make it.
 *
 * @module
 */
export { timelineSvg } from './svg.js'
export type { TimelineSvgOptions } from './svg.js'
export { timelineText } from './text.js'
export type { TimelineTextOptions } from './text.js'
export type { TimelineColors, TimelineTone } from './text-cells.js'
export type * from './timeline.js'
