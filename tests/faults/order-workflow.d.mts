import type { Workflow } from '../../ts/deciders/index.js'

export const order: Workflow<'order', readonly number[], unknown>

/** What an order of these numbers comes to. */
export function expected(numbers: readonly number[]): number
