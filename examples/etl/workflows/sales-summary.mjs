import { createStepWorkflow } from 'unitflow/steps'
import { extract } from '../steps/extract.mjs'
import { defineLoad } from '../steps/load.mjs'
import { transform } from '../steps/transform.mjs'

/**
 * orders.text ─▶ extract ─▶ orders.rows ─▶ transform ─▶ sales.summary ─▶ load ─▶ summary.written
 *                                prices ─▶
 *
 * @param {import('../summary-file.mjs').SummaryFile} file
 */
export function defineSalesSummary(file) {
  return createStepWorkflow([extract, transform, defineLoad(file)], { name: 'sales-summary' })
}
