/** Small processes, each for something that a run does, written as SpiffWorkflow writes them. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeSpecs } from '../../../examples/workflows/dialects.mjs'
import { different } from './models/different.mjs'
import { events } from './models/events.mjs'
import { gateways } from './models/gateways.mjs'
import { loops } from './models/loops.mjs'
import { scopes } from './models/scopes.mjs'

const results = { each: [{ result: 'a' }, { result: 'b' }, { result: 'c' }] }
const answers = { who: [{ name: 'Ada' }], u: [{ name: 'Ada' }] }
/** How each is run, where it is not without anything. @type {Record<string, object>} */
const RUNS = {
  exclusive: { startData: { n: 0 } },
  inclusive: { startData: { x: 2 } },
  'merge-of-a-loop': { startData: { n: 0 } },
  'ways-that-close': { startData: { x: 2 } },
  'loop-people': { answers: results },
  'loop-late': { timersFirst: true },
  'boundary-again': { messages: [{ name: 'news', data: 1 }, { name: 'news', data: 2 }, { name: 'done' }] },
  stuck: { startData: { x: 2 } },
  'loop-counted': { startData: { n: 4 } },
  'loop-counted-parallel': { startData: { x: 1 } },
  'loop-standard': { startData: { n: 0 } },
  'loop-standard-maximum': { startData: { n: 0 } },
  'loop-standard-before': { startData: { n: 0 } },
  services: { startData: { n: 4 } },
  scripts: { answers },
  people: { answers },
  'timer-boundary': { timersFirst: true },
  'timer-beside': { timersFirst: true },
  'timer-call': { timersFirst: true },
  message: { startData: { n: 1 } },
  'event-gateway': { messages: [{ name: 'reply', data: 'yes' }] },
  'message-start': { messages: [{ name: 'begin', data: { a: 1 } }] },
}
/** The same model, run in another way. @type {Record<string, [string, object]>} */
const OTHER_RUNS = {
  'inclusive, two ways': ['inclusive', { startData: { x: 3 } }],
  'inclusive, otherwise': ['inclusive', { startData: { x: 0 } }],
  'timer-boundary, in time': ['timer-boundary', {}],
  'timer-beside, in time': ['timer-beside', {}],
  'timer-call, in time': ['timer-call', {}],
}

const MODELS = { ...gateways, ...loops, ...scopes, ...events, ...different }

/** SpiffWorkflow leaves the events behind an event gateway with the gateway alone. */
function asWritten(specs) {
  for (const { task_specs: tasks } of [specs.spec, ...Object.values(specs.subprocess_specs)]) {
    for (const { typename, outputs } of Object.values(tasks)) {
      if (typename !== 'EventBasedGateway') continue
      for (const id of outputs) {
        tasks[id].event_definition = { description: null, name: null, typename: 'NoneEventDefinition' }
      }
    }
  }
  return specs
}

/** All of them in a dialect, each with how it is run. */
export function smallModels(dialect) {
  const made = (name, model, run) => {
    const { top, called = [] } = 'top' in model ? model : { top: model }
    const specs = asWritten(writeSpecs(top, called, dialect))
    return { name, process: top.id, specs: JSON.stringify(specs), ...run }
  }
  const company = new URL(`../../../examples/workflows/order-company.${dialect}.json`, import.meta.url)
  return [
    ...Object.entries(MODELS).map(([name, model]) => made(name, model, RUNS[name] ?? {})),
    ...Object.entries(OTHER_RUNS).map(([name, [model, run]]) => made(name, MODELS[model], run)),
    { name: 'order-company', process: 'Order', specs: readFileSync(company, 'utf8') },
  ]
}

// Read by record_runs.py.
if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(smallModels('c')))
