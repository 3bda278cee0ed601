import { defineModel, defineStep, fingerprint, of } from 'unitflow/steps'
import { csvText } from '../csv.mjs'

/**
 * @typedef {object} Summary
 * @property {number} orders
 * @property {number} cents
 * @property {readonly { product: string, quantity: number, cents: number }[]} products
 */

const summary = /** @type {import('unitflow/steps').Schema<Summary>} */ (of())
const text = /** @type {import('unitflow/steps').Schema<string>} */ (of())

/**
 * Writes the summary to where it belongs.
 *
 * @param {import('../summary-file.mjs').SummaryFile} file
 */
export function defineLoad(file) {
  const Load = defineModel({
    name: 'Load',
    inputs: { summary },
    outputs: { written: text },
    async run({ summary: { cents, products } }) {
      const written = csvText(
        ['product', 'quantity', 'revenue'],
        [
          ...products.map(({ product, quantity, cents }) => [product, String(quantity), euros(cents)]),
          ['Total', String(products.reduce((sum, { quantity }) => sum + quantity, 0)), euros(cents)],
        ],
      )
      await file.write(written)
      // By its content, so that it is seen when somebody has changed the file.
      return { written: fingerprint(written) }
    },
  })
  return defineStep({
    name: 'load',
    model: Load,
    inputs: { summary: 'sales.summary' },
    outputs: { written: 'summary.written' },
  })
}

/** @param {number} cents */
function euros(cents) {
  return (cents / 100).toFixed(2)
}
