/**
 * All of a list, and something done to each.
 *
 * @module
 */
export { allPages } from './all-pages.js'
export type { Page, PageRequest } from './all-pages.js'
export { doAll } from './do-all.js'
export type { DoneAll } from './do-all.js'
