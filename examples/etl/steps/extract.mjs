import { defineModel, defineStep, of } from 'unitflow/steps'
import { csvRows } from '../csv.mjs'

/** @typedef {Readonly<Record<string, string>>} Row a row of a CSV, by the names in its first line */

const text = /** @type {import('unitflow/steps').Schema<string>} */ (of())
const rows = /** @type {import('unitflow/steps').Schema<readonly Row[]>} */ (of())

/** Reads the rows out of the text of a CSV. What is in them, the next step says. */
const Extract = defineModel({
  name: 'Extract',
  inputs: { text },
  outputs: { rows },
  run: ({ text }) => ({ rows: csvRows(text) }),
})

export const extract = defineStep({
  name: 'extract',
  model: Extract,
  inputs: { text: 'orders.text' },
  outputs: { rows: 'orders.rows' },
})
