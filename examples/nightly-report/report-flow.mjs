import { defineFlow, defineTask, of } from 'unitflow/flows'
import { renderReport } from './render-report.mjs'

/**
 * @typedef {{ product: string, count: number, cents: number }} Sale
 * @typedef {{ sales: number, cents: number, products: Sale[] }} Summary what was sold of each product, the most first
 *
 * @typedef {import('unitflow/flows').Schema<string>} TextSchema
 * @typedef {import('unitflow/flows').Schema<Sale[]>} SalesSchema
 * @typedef {import('unitflow/flows').Schema<Summary>} SummarySchema
 */

const text = /** @type {TextSchema} */ (of())
const sales = /** @type {SalesSchema} */ (of())
const summary = /** @type {SummarySchema} */ (of())

/**
 * The report of a day: what was sold is downloaded, summed up, drawn and delivered. What a task gives is kept when it has
 * ended, so whoever goes on with the flow begins with the task that had not.
 *
 * @param {object} parts
 * @param {string} parts.url of the sales
 * @param {import('./outbox.mjs').Outbox} parts.outbox
 * @param {(task: string) => void} parts.midway called in the middle of each task
 */
export function defineReport({ url, outbox, midway }) {
  const download = defineTask({
    name: 'download',
    inputs: { date: text },
    outputs: { sales },
    timeout: '1m',
    retry: { attempts: 5, backoff: { initial: 200 } },
    async run({ date }, task) {
      const response = await fetch(`${url}?date=${encodeURIComponent(date)}`, { signal: task.signal })
      if (!response.ok) throw new Error(`the shop answers with ${response.status}`)
      midway('download')
      return { sales: await response.json() }
    },
  })

  const summarise = defineTask({
    name: 'summarise',
    inputs: { sales },
    outputs: { summary },
    run({ sales }) {
      midway('summarise')
      /** @type {Map<string, Sale>} */
      const byProduct = new Map()
      for (const { product, count, cents } of sales) {
        const sum = byProduct.get(product)
        byProduct.set(product, {
          product,
          count: count + (sum?.count ?? 0),
          cents: cents + (sum?.cents ?? 0),
        })
      }
      const products = [...byProduct.values()].sort((a, b) => b.cents - a.cents)
      const cents = products.reduce((sum, product) => sum + product.cents, 0)
      return { summary: { sales: sales.length, cents, products } }
    },
  })

  const render = defineTask({
    name: 'render',
    inputs: { date: text, summary },
    outputs: { report: text },
    run({ date, summary }) {
      midway('render')
      return { report: renderReport(date, summary) }
    },
  })

  const deliver = defineTask({
    name: 'deliver',
    inputs: { report: text },
    outputs: { file: text },
    async run({ report }, task) {
      // The key is the same however often this task is begun. So who is killed right here delivers once all the same.
      const { file } = await outbox.deliver(task.idempotencyKey, report)
      midway('deliver')
      return { file }
    },
  })

  return defineFlow('nightly-report', [download, summarise, render, deliver])
}
