/**
 * What drawings of all kinds need: texts that are safe to draw, and how much room they take.
 *
 * @module
 */
export { drawable, shortened, size } from './label.js'
export { columnsOf, cutTo, fitted, shortenedTo } from './text-columns.js'
export { px, textWidth, xml } from './svg-text.js'
