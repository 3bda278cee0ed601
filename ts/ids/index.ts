/**
 * Ids that sort by when they were drawn.
 *
 * @module
 */
export { createCountedIds, createSortableIds } from './sortable-ids.js'
export type { SortableIdsOptions } from './sortable-ids.js'
