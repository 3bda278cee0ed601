/**
 * Writes the example workflows beside this file: `node examples/workflows/generate.mjs`.
 * Running it again writes the same bytes.
 */

import { realpathSync, writeFileSync } from 'node:fs'

import { writeSpecs } from './dialects.mjs'
import { orderCompany } from './order-company.mjs'
import { approval, greeting, webShop } from './small-workflows.mjs'

/** @returns {Record<string, string>} file name -> text */
export function renderWorkflows() {
  /** @type {Record<string, object>} */
  const workflows = {
    'single-process.c.json': writeSpecs(greeting, [], 'c'),
    'approval.a.json': writeSpecs(approval.top, approval.called, 'a'),
    'approval.c.json': writeSpecs(approval.top, approval.called, 'c'),
    'web-shop.c.json': writeSpecs(webShop.top, webShop.called, 'c'),
    'order-company.a.json': writeSpecs(orderCompany.top, orderCompany.called, 'a'),
    'order-company.b.json': writeSpecs(orderCompany.top, orderCompany.called, 'b'),
    'order-company.c.json': writeSpecs(orderCompany.top, orderCompany.called, 'c'),
  }
  return Object.fromEntries(
    Object.entries(workflows).map(([name, specs]) => [name, `${JSON.stringify(specs, null, 2)}\n`]),
  )
}

/** @param {URL} folder */
function writeWorkflows(folder) {
  for (const [name, text] of Object.entries(renderWorkflows())) writeFileSync(new URL(name, folder), text)
}

const started = process.argv[1]
if (started !== undefined && realpathSync(started) === realpathSync(new URL(import.meta.url))) {
  writeWorkflows(new URL('./', import.meta.url))
}
