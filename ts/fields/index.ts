/**
 * Values by name, each with a schema: what tasks and models are declared with, and what is checked of it.
 *
 * @module
 */
export { checkedOutputs, copied, validated } from './check-fields.js'
export type { Values } from './check-fields.js'
export { assertFields } from './assert-fields.js'
export type { Fields, Flat, Given, Made, NoFields } from './fields.js'
