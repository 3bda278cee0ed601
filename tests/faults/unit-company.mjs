// The order company of the examples, in endless versions, with what its scripts, tables and people do.
import { readFileSync } from 'node:fs'
import { SCRIPTS } from '../../examples/run-a-workflow/bindings.ts'
import { mix } from './seeded.mjs'

const FILE = new URL('../../examples/workflows/order-company.c.json', import.meta.url)
/** A killed worker costs an attempt: there are as many as it takes. */
const TEXT = readFileSync(FILE, 'utf8').replace(/"retries": *\d+/g, '"retries": 1000')
/** What people are given three days for; here it is said when an order is started. */
const PATIENCE = ['"\\"P3D\\""', '"patience"']
/** One process in so many differs from the version before. */
const CHANGED = 3

/**
 * Orders: small ones and large ones, at home and abroad, refused ones and forgotten ones. None goes to France: customers there
 * get a letter beside the mail, and which of the two is noted last is not known.
 */
export const ORDERS = [
  { country: 'DE', total: 300, weight: 18 },
  { country: 'NO', total: 1086, weight: 48 },
  { country: 'SE', total: 4000, weight: 90 },
  { country: 'US', total: 25_000, weight: 25 },
  { country: 'NO', total: 30_000, weight: 10, opinion: 'reject' },
  { country: 'NO', total: 21_000, weight: 10, opinion: 'unsure' },
  { country: 'DE', total: 100, weight: 5, decision: 'reject' },
  { country: 'DE', total: 100, weight: 5, patience: 'PT0.3S' },
]

/** A version of the workflow: each script says in which version its process changed last. */
export function companyVersion(version) {
  const { spec, subprocess_specs: others, ...rest } = JSON.parse(TEXT.replace(...PATIENCE))
  for (const [id, process] of [['Order', spec], ...Object.entries(others)]) {
    let last = version
    while (last > 0 && mix(id, last) % CHANGED !== 0) last--
    for (const task of Object.values(process.task_specs)) {
      for (const field of ['script', 'prescript', 'postscript'])
        if (typeof task[field] === 'string') task[field] += `\n# version ${last}`
    }
  }
  return { text: JSON.stringify({ spec, subprocess_specs: others, ...rest }), messages: [] }
}

/** The functions of the example; those of scripts say which version they were handed. */
export const COMPANY_SCRIPTS = Object.fromEntries(
  Object.entries({ ...SCRIPTS, Register_Order: register }).map(([element, run]) => [
    element,
    (task) => {
      const version = /# version (\d+)$/.exec(task.script ?? '')?.[1]
      if (version === undefined) return run(task)
      return { ...run(task), seen: { ...task.data.seen, [element]: version } }
    },
  ]),
)

function register({ data: { wanted } }) {
  const lines = [
    { sku: 'KB-87', quantity: 2, price: 79, weight: 3 },
    { sku: 'MUG-1', quantity: 6, price: 8, weight: 1 },
  ]
  const { country, total, weight, number } = wanted
  const currency = { NO: 'NOK', US: 'USD' }[country] ?? 'EUR'
  return { lines, order: { number, customer: 'Lovelace Instruments', country, currency, total, weight } }
}

/** What a person says; nothing where the task is forgotten. */
export function companyAnswer({ element, data: { wanted } }) {
  if (element === 'Approve_Payment') {
    if (wanted.patience !== undefined) return undefined
    return wanted.decision === undefined ? {} : { approval: { decision: wanted.decision } }
  }
  if (element === 'Review_Order' && wanted.opinion !== undefined)
    return { review: { opinion: wanted.opinion } }
  return {}
}
