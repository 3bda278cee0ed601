/**
 * What a block of about 37 processes consists of: which processes there are, how large each unit is to become, who
 * embeds and calls whom, and which elements stand where.
 */

import { REAL, share, unitSizes } from './real-model.mjs'

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {'exclusivePairs' | 'scripts' | 'throws' | 'services' | 'rules' | 'users' | 'boundaries' | 'parallelPairs' | 'manuals' | 'ends'} Kind */

/**
 * @typedef {object} ProcessPlan
 * @property {string} id
 * @property {number} level 1 for the process that is started
 * @property {Unit} unit
 * @property {ProcessPlan[]} embeds
 * @property {string[]} calls a called process for each call site
 * @property {Record<Kind, number>} kinds
 */

/**
 * A callable process with what it embeds.
 *
 * @typedef {object} Unit
 * @property {number} bytes what it is to take, minified
 * @property {number} level
 * @property {ProcessPlan[]} processes the callable one first
 * @property {number} used bytes of what is planned so far, about
 */

/**
 * @typedef {object} Block
 * @property {Unit[]} units the first holds the process through which the block is entered, the last is the largest
 */

/** About what each takes, minified. */
const COSTS = {
  process: 2_150,
  call: 520,
  exclusivePairs: 1_270,
  scripts: 620,
  throws: 500,
  services: 1_150,
  rules: 550 + REAL.tables / REAL.kinds.rules,
  users: 950,
  boundaries: 1_900,
  parallelPairs: 1_050,
  manuals: 600,
  ends: 500,
}

/**
 * @param {number} count of processes
 * @param {number} bytes of them all
 * @param {boolean} called whether the block's first process is called by another block
 * @param {Random} random
 * @returns {Block}
 */
export function planBlock(count, bytes, called, random) {
  const callable = Math.max(1, share(REAL.callable, count))
  const units = planUnits(callable, bytes, random)
  planEmbeds(units, count - callable, random)
  planCalls(units, share(REAL.calls, count) - (called ? 1 : 0), share(REAL.shared, count))
  planElements(units, count)
  return { units }
}

/** @param {number} callable @param {number} bytes @param {Random} random */
function planUnits(callable, bytes, random) {
  const sizes = unitSizes(callable, bytes)
  // The process that is started is of middling size; deeper ones are smaller.
  const top = sizes.splice(Math.floor(((sizes.length - 1) * 2) / 3), 1)
  const rest = sizes.toReversed()
  const below = rest.length
  /** @type {Unit[]} */
  const units = [...top, ...rest].map((size, index) => {
    const depth = Math.min(REAL.depth - 1, Math.max(1, below))
    const level = index === 0 ? 1 : 2 + Math.min(depth - 1, Math.floor(((index - 1) * depth) / below))
    return { bytes: size, level, processes: [], used: COSTS.process }
  })
  for (const unit of units) unit.processes.push(planProcess(unit, unit.level, random))
  return units
}

/** @param {Unit} unit @param {number} level @param {Random} random @returns {ProcessPlan} */
function planProcess(unit, level, random) {
  const kinds = { exclusivePairs: 0, scripts: 0, throws: 0, services: 0, rules: 0, users: 0 }
  return {
    id: random.id(`Process_${random.verb()}_${random.word()}`),
    level,
    unit,
    embeds: [],
    calls: [],
    kinds: { ...kinds, boundaries: 0, parallelPairs: 0, manuals: 0, ends: 0 },
  }
}

/** Large units embed more; where one embeds several, the last stands inside the first. @param {Unit[]} units @param {number} count @param {Random} random */
function planEmbeds(units, count, random) {
  const hosts = units.filter((unit) => unit.level <= 4)
  for (let made = 0; made < count; made += 1) {
    const unit = best(hosts, (host) => host.bytes / host.processes.length)
    const [host, first] = unit.processes
    const nested = first !== undefined && unit.level <= 3 && first.embeds.length === 0
    const parent = nested ? first : host
    if (!parent) continue
    const embedded = planProcess(unit, parent.level + 1, random)
    embedded.id = random.id('Activity')
    parent.embeds.push(embedded)
    unit.processes.push(embedded)
    unit.used += COSTS.process + 500
  }
}

/** @param {Unit[]} units @param {number} count of call sites @param {number} shared */
function planCalls(units, count, shared) {
  const processes = units.flatMap((unit) => unit.processes)
  /** @param {ProcessPlan} caller @param {Unit} target */
  const call = (caller, target) => {
    caller.calls.push(target.processes[0]?.id ?? '')
    caller.unit.used += COSTS.call
  }
  /** @param {ProcessPlan} process */
  const room = (process) => (process.unit.bytes - process.unit.used) / (1 + process.calls.length)
  const targets = units.slice(1)
  /** @type {Map<Unit, ProcessPlan>} */
  const firstCallers = new Map()
  for (const target of targets) {
    const caller = best(
      processes.filter((process) => process.level === target.level - 1),
      room,
    )
    firstCallers.set(target, caller)
    call(caller, target)
  }
  // Shared processes stand deep, where many can reach them; the others are called again by whom they are called.
  const reused = targets.toReversed().slice(0, shared)
  for (let site = targets.length; site < count && targets.length > 0; site += 1) {
    const turn = site - targets.length
    const target = reused[turn]
    const again = targets[turn % targets.length]
    if (target) {
      const id = target.processes[0]?.id ?? ''
      const others = processes.filter(
        (process) => process.level < target.level && !process.calls.includes(id),
      )
      call(
        others.length > 0 ? best(others, room) : (firstCallers.get(target) ?? best(processes, room)),
        target,
      )
    } else if (again) {
      const caller = firstCallers.get(again)
      if (caller) call(caller, again)
    }
  }
}

/** Each kind goes where most room is left, relative to the size of the unit. @param {Unit[]} units @param {number} count */
function planElements(units, count) {
  /** @type {Kind[]} */
  const order = ['rules', 'boundaries', 'services', 'users', 'scripts', 'throws', 'manuals']
  for (const kind of /** @type {Kind[]} */ ([...order, 'exclusivePairs', 'parallelPairs', 'ends'])) {
    for (let left = share(REAL.kinds[kind], count); left > 0; left -= 1) {
      const process = best(units, (unit) => roomFor(unit, kind)).processes.toSorted(
        (a, b) => weight(a, kind) - weight(b, kind),
      )[0]
      if (!process) continue
      process.kinds[kind] += 1
      process.unit.used += COSTS[kind]
    }
  }
}

/** @param {Unit} unit @param {Kind} kind */
function roomFor(unit, kind) {
  const left = unit.bytes - unit.used - COSTS[kind]
  const fits = kind === 'ends' ? unit.processes.some((process) => process.kinds.boundaries > 0) : true
  const crowded = unit.processes.every((process) => weight(process, kind) === Infinity)
  return !fits || crowded ? -Infinity : left / unit.bytes
}

/** How little a process is suited for one more of this kind. @param {ProcessPlan} process @param {Kind} kind */
function weight(process, kind) {
  const { kinds } = process
  const items = itemsOf(process)
  const total = items + kinds.exclusivePairs
  // A gateway pair stands around something, and an additional end behind a boundary event.
  if (kind === 'exclusivePairs') return items === 0 ? Infinity : kinds.exclusivePairs / items
  if (kind === 'parallelPairs') return items < 2 ? Infinity : kinds.parallelPairs
  if (kind === 'ends') return kinds.boundaries === 0 ? Infinity : kinds.ends
  return total
}

/** How many elements of a process follow one another. @param {ProcessPlan} process */
export function itemsOf({ kinds, calls, embeds }) {
  const { scripts, throws, services, rules, users, boundaries, manuals } = kinds
  return calls.length + embeds.length + scripts + throws + services + rules + users + boundaries + manuals
}

/**
 * @template {object} T
 * @param {T[]} candidates at least one
 * @param {(candidate: T) => number} score
 * @returns {T} the first of those with the highest score
 */
function best(candidates, score) {
  const scores = candidates.map(score)
  const chosen = candidates[scores.indexOf(Math.max(...scores))]
  if (!chosen) throw new Error('nothing to choose from')
  return chosen
}
