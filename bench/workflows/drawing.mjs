/** Draws a planned process: its elements one after another, gateways around them, and the text that fills it up. */

import * as model from '../../examples/workflows/model.mjs'
import { REAL } from './real-model.mjs'
import { prose } from './random.mjs'

/** @typedef {import('../../examples/workflows/model.mjs').Element} Element */
/** @typedef {import('../../examples/workflows/model.mjs').Flow} Flow */
/** @typedef {import('../../examples/workflows/model.mjs').Process} Process */
/** @typedef {import('./plan.mjs').ProcessPlan} ProcessPlan */
/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {(id: string, prefix: string) => string} Names gives a repeated id while there are some left, else a new one */

const LANES = ['Sales', 'Finance', 'Warehouse', null]

/**
 * @param {ProcessPlan} plan
 * @param {Names} names
 * @param {Random} random
 * @returns {Process}
 */
export function draw(plan, names, random) {
  const started = model.start(names('StartEvent_1', 'Event'), label(random))
  const ended = model.end(names('EndEvent_1', 'Event'), label(random))
  const items = drawItems(plan, names, random)
  const boundaries = items.flatMap((item) =>
    item.type === 'NoneTask' ? drawBoundary(item, names, random) : [],
  )
  const extra = Array.from({ length: plan.kinds.ends }, () => model.end(random.id('Event'), label(random)))
  const gateways = drawGateways(plan, items, names, random)
  return {
    id: plan.id,
    name: label(random),
    file: `${plan.unit.processes[0]?.id ?? plan.id}.bpmn`,
    dataObjects: plan.kinds.scripts > 2 ? [{ id: 'case_file', name: 'Case file' }] : [],
    elements: [started, ...items, ...boundaries, ...gateways.elements, ended, ...extra],
    flows: [
      ...gateways.flows(started.id, ended.id),
      ...boundaries.flatMap((event, index) => model.path(event.id, extra[index]?.id ?? ended.id)),
    ],
  }
}

/** @param {ProcessPlan} plan @param {Names} names @param {Random} random @returns {Element[]} */
function drawItems(plan, names, random) {
  const { kinds } = plan
  const object = { id: 'case_file', name: 'Case file' }
  const data = kinds.scripts > 2 ? { reads: [object], writes: [object] } : {}
  /** @param {number} count @param {(index: number) => Element} make */
  const several = (count, make) => Array.from({ length: count }, (_, index) => make(index))
  const items = [
    ...plan.calls.map((called) =>
      model.call(names('Activity_Notify', 'Activity'), label(random), called, { lane: lane(random) }),
    ),
    ...plan.embeds.map((embedded) => model.embed({ ...EMPTY, id: embedded.id, name: label(random) })),
    ...several(kinds.scripts, () =>
      model.scriptTask(random.id('Activity'), label(random), '', { lane: lane(random), ...data }),
    ),
    ...several(kinds.throws, () => model.throwEvent(random.id('Event'), label(random))),
    ...several(kinds.services, () => drawService(random)),
    ...several(kinds.rules, (index) => drawRule(random, index)),
    ...several(kinds.users, () => drawUser(random)),
    ...several(kinds.manuals, () =>
      model.manualTask(random.id('Activity'), label(random), { instructions: prose(random, 60) }),
    ),
    ...several(kinds.boundaries, () =>
      model.task(random.id('Activity'), label(random), { lane: lane(random) }),
    ),
  ]
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1)
    const [a, b] = [items[at], items[other]]
    if (a && b) [items[at], items[other]] = [b, a]
  }
  return items
}

/** Stands for an embedded process, of which only the id is written here. @type {Process} */
const EMPTY = { id: '', name: '', file: '', elements: [], flows: [] }

/** @param {Element} host @param {Names} names @param {Random} random */
function drawBoundary(host, names, random) {
  const name = label(random)
  return model.boundary(names('Event_Error', 'Event'), name, host.id, {
    type: 'error',
    name: `${random.word()}_failed`,
    code: random.word().toUpperCase(),
  })
}

/** @param {Random} random */
function drawService(random) {
  const parameters = Object.fromEntries(
    Array.from({ length: 2 }, (_, index) => [
      `${random.word()}_${index}`,
      { value: `${random.word()}['${random.word()}']`, type: 'str' },
    ]),
  )
  return model.serviceTask(random.id('Activity'), label(random), {
    operation: random.below(3) === 0 ? 'http/GetRequest' : 'http/PostRequest',
    parameters: {
      url: { value: `"https://${random.word()}.example/${random.word()}"`, type: 'str' },
      ...parameters,
    },
    result: `${random.word()}_response`,
    retries: 3,
  })
}

/** @param {Random} random */
function drawUser(random) {
  return model.userTask(random.id('Activity'), label(random), {
    form: `${random.verb()}-${random.word()}`,
    instructions: prose(random, 120),
    lane: lane(random),
    extensions: {
      taskMetadataValues: Object.fromEntries(
        Array.from({ length: 2 }, (_, index) => [`${random.word()}_${index}`, random.word()]),
      ),
    },
  })
}

/** A decision table; some are larger, some smaller than the average. @param {Random} random @param {number} index */
function drawRule(random, index) {
  const average = REAL.tables / REAL.kinds.rules
  const rows = Math.round((average * (0.75 + 0.5 * ((index % 3) / 2)) - 500) / 328)
  const id = `decision_${random.id('t').slice(3)}`
  return model.ruleTask(random.id('Activity'), label(random), {
    id,
    name: label(random),
    inputs: [
      { label: 'Amount', expression: `${random.word()}['amount']`, type: 'number' },
      { label: 'Kind', expression: `${random.word()}['kind']`, type: 'string' },
    ],
    outputs: [{ name: `${random.word()}_class`, type: 'string' }],
    rules: Array.from({ length: rows }, () => ({
      when: [`< ${random.below(10_000)}`, `"${random.word()}"`],
      then: [`"${random.word()}"`],
      note: prose(random, 20),
    })),
  })
}

/**
 * Exclusive gateways in pairs around single elements, parallel ones around two.
 *
 * @param {ProcessPlan} plan
 * @param {Element[]} items
 * @param {Names} names
 * @param {Random} random
 */
function drawGateways(plan, items, names, random) {
  const wraps = Array.from({ length: plan.kinds.exclusivePairs }, (_, index) => ({
    around: items[index % items.length]?.id ?? '',
    open: model.exclusive(random.id('Gateway'), label(random)),
    close: model.exclusive(names('Gateway_Done', 'Gateway')),
    condition: `${random.word()}['${random.word()}'] > ${random.below(1000)}`,
  }))
  const forks = Array.from({ length: plan.kinds.parallelPairs }, () => [
    model.parallel(random.id('Gateway')),
    model.parallel(random.id('Gateway')),
  ])
  /** @param {string} id of an item @returns {{ first: string, last: string, flows: Flow[] }} */
  const wrapped = (id) => {
    let [first, last] = [id, id]
    /** @type {Flow[]} */
    const flows = []
    for (const { around, open, close, condition } of wraps) {
      if (around !== id) continue
      flows.push(...model.when(open.id, condition, first))
      flows.push(...model.path(last, close.id), ...model.otherwise(open.id, close.id))
      ;[first, last] = [open.id, close.id]
    }
    return { first, last, flows }
  }
  return {
    elements: [...wraps.flatMap(({ open, close }) => [open, close]), ...forks.flat()],
    /** @param {string} started @param {string} ended */
    flows: (started, ended) => {
      const stages = items.map((item) => wrapped(item.id))
      const flows = stages.flatMap((stage) => stage.flows)
      let at = started
      for (const [fork, join] of forks) {
        const branches = stages.splice(0, 2)
        if (!fork || !join || branches.length === 0) continue
        flows.push(...model.path(at, fork.id))
        for (const { first, last } of branches)
          flows.push(...model.path(fork.id, first), ...model.path(last, join.id))
        at = join.id
      }
      for (const { first, last } of stages) {
        flows.push(...model.path(at, first))
        at = last
      }
      return [...flows, ...model.path(at, ended)]
    },
  }
}

/** @param {Random} random */
function label(random) {
  return `${random.verb()} ${random.word()}`
}

/** @param {Random} random @returns {{ lane?: string }['lane']} */
function lane(random) {
  return LANES[random.below(LANES.length)] ?? undefined
}
