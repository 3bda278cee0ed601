/**
 * Workflows of any size to measure with. The same options always give the same text.
 *
 * Shape `real` has the mix of one real model of 37 processes (`real-model.mjs`), minified 9,389 bytes a process. It is
 * made in blocks of about 37 processes; a block's first process is called from an earlier block, eight to one, so
 * that the depth grows with the logarithm of the number of blocks.
 *
 * Shape `calls` has one process with a call for each of the others, which are all alike and call nothing: the shape
 * that layout v1 splits.
 */

import { SERIALIZER_VERSION, writeProcess } from '../../examples/workflows/dialects.mjs'
import { call, end, path, scriptTask, start } from '../../examples/workflows/model.mjs'
import { draw } from './drawing.mjs'
import { planBlock } from './plan.mjs'
import { createRandom, prose, python } from './random.mjs'
import { REAL, share } from './real-model.mjs'

/** @typedef {import('../../examples/workflows/dialects.mjs').ProcessSpec} ProcessSpec */
/** @typedef {import('../../examples/workflows/model.mjs').Dialect} Dialect */
/** @typedef {import('./drawing.mjs').Names} Names */
/** @typedef {import('./plan.mjs').Block} Block */
/** @typedef {import('./plan.mjs').Unit} Unit */
/** @typedef {import('./random.mjs').Random} Random */

/** How many blocks one block calls. */
const FAN_OUT = 8
/** Pretty-printed as Python's own writer does it for people. */
const INDENT = 4

/**
 * @param {{ processes: number, seed?: number, dialect?: Dialect, pretty?: boolean, shape?: 'real' | 'calls' }} options
 * @returns {string}
 */
export function generateWorkflow({ processes, seed = 1, dialect = 'c', pretty = false, shape = 'real' }) {
  if (!Number.isInteger(processes) || processes < 1)
    throw new RangeError('processes: an integer from 1 expected')
  const specs = shape === 'calls' ? callsShape(processes, dialect) : realShape(processes, seed, dialect)
  return pretty ? joinPretty(specs, dialect) : joinMinified(specs, dialect)
}

/**
 * @param {number} processes
 * @param {number} seed
 * @param {Dialect} dialect
 * @returns {Generator<ProcessSpec>} the process that is started first
 */
function* realShape(processes, seed, dialect) {
  const random = createRandom(seed)
  const count = Math.max(1, Math.floor(processes / REAL.processes))
  /** @type {{ size: number, bytes: number, block: Block }[]} */
  const blocks = []
  for (let index = 0; index < count; index += 1) {
    const size = Math.floor(((index + 1) * processes) / count) - Math.floor((index * processes) / count)
    const bytes = (REAL.bytes * size) / REAL.processes
    const block = planBlock(size, bytes, index > 0, random)
    blocks.push({ size, bytes, block })
    const head = block.units[0]?.processes[0]
    if (index > 0 && head) {
      const caller = blocks[Math.floor((index - 1) / FAN_OUT)]?.block.units[0]?.processes[0]
      caller?.calls.push(head.id)
    }
  }
  for (const { size, bytes, block } of blocks) yield* writeBlock(block, size, bytes, dialect, random)
}

/**
 * The last unit takes what the others left of the block's bytes.
 *
 * @param {Block} block
 * @param {number} size
 * @param {number} bytes
 * @param {Dialect} dialect
 * @param {Random} random
 */
function* writeBlock({ units }, size, bytes, dialect, random) {
  const names = repeatedNames(size, random)
  const largest = units.indexOf(units.reduce((a, b) => (b.bytes > a.bytes ? b : a)))
  const order = units.length > 1 ? [...units.filter((_, index) => index !== largest), units[largest]] : units
  let left = bytes
  for (const unit of order) {
    if (!unit) continue
    const specs = unit.processes.map((plan) => writeProcess(draw(plan, namesOf(names), random), dialect))
    const keys = unit.processes.reduce((sum, plan) => sum + plan.id.length + 4, 0)
    left -= fill(specs, (unit === order.at(-1) ? left : unit.bytes) - keys, random) + keys
    yield* specs
  }
}

/** How many of each repeated id are still to be given. @param {number} size @param {Random} random */
function repeatedNames(size, random) {
  const left = new Map(Object.entries(REAL.repeated).map(([id, count]) => [id, share(count, size)]))
  return { left, random }
}

/** Gives a repeated id at most once in a process. @param {ReturnType<typeof repeatedNames>} names @returns {Names} */
function namesOf({ left, random }) {
  const given = new Set()
  return (id, prefix) => {
    const count = left.get(id) ?? 0
    if (count === 0 || given.has(id)) return random.id(prefix)
    given.add(id)
    left.set(id, count - 1)
    return id
  }
}

/**
 * Lengthens the scripts of a unit, or says more about its first element, until it takes `bytes`.
 *
 * @param {ProcessSpec[]} specs
 * @param {number} bytes
 * @param {Random} random
 */
function fill(specs, bytes, random) {
  const size = specs.reduce((sum, spec) => sum + JSON.stringify(spec).length, 0)
  const missing = Math.floor(bytes) - size
  if (missing <= 0) return size
  const tasks = /** @type {Record<string, unknown>[]} */ (
    specs.flatMap((spec) => Object.values(spec.task_specs))
  )
  const scripts = tasks.filter((task) => task.typename === 'ScriptTask')
  if (scripts.length === 0) {
    const described = tasks.find((task) => task.typename === 'StartEvent')
    // `null` gives its four bytes, and two are quotes.
    if (described) described.documentation = prose(random, missing + 2)
    return described ? size + missing : size
  }
  scripts.forEach((task, index) => {
    /** @param {number} part */
    const until = (part) => Math.floor((missing * part) / scripts.length)
    task.script = python(random, until(index + 1) - until(index))
  })
  return size + missing
}

/** @param {number} processes called ones @param {Dialect} dialect @returns {Generator<ProcessSpec>} */
function* callsShape(processes, dialect) {
  const numbers = Array.from({ length: processes }, (_, index) => index + 1)
  const calls = numbers.map((number) => call(`Call_${number}`, `Call ${number}`, `Leaf_${number}`))
  const elements = [start('Top_Start'), ...calls, end('Top_End')]
  const flows = path(...elements.map((element) => element.id))
  yield writeProcess({ id: 'Top', name: 'Call them all', file: 'top.bpmn', elements, flows }, dialect)
  for (const number of numbers) {
    const ids = [`Leaf_Start_${number}`, `Leaf_Script_${number}`, `Leaf_End_${number}`]
    const [first = '', script = '', last = ''] = ids
    const process = {
      id: `Leaf_${number}`,
      name: `Leaf ${number}`,
      file: 'leaf.bpmn',
      elements: [start(first), scriptTask(script, `Script ${number}`, `result = ${number}`), end(last)],
      flows: path(...ids),
    }
    yield writeProcess(process, dialect)
  }
}

/** @param {Iterable<ProcessSpec>} specs @param {Dialect} dialect */
function joinMinified(specs, dialect) {
  const [top = '', ...called] = pieces(specs, (spec, first) =>
    first ? JSON.stringify(spec) : `${JSON.stringify(spec.name)}:${JSON.stringify(spec)}`,
  )
  const version = JSON.stringify(SERIALIZER_VERSION[dialect])
  return `{"spec":${top},"subprocess_specs":{${called.join(',')}},"serializer_version":${version}}`
}

/** @param {Iterable<ProcessSpec>} specs @param {Dialect} dialect */
function joinPretty(specs, dialect) {
  const one = ' '.repeat(INDENT)
  // Written inside as many objects as it will stand in, so that its lines are indented; then taken out of them.
  const [top = '', ...called] = pieces(specs, (spec, first) =>
    first
      ? JSON.stringify({ spec }, null, INDENT).slice(`{\n${one}"spec": `.length, -'\n}'.length)
      : JSON.stringify({ _: { [spec.name]: spec } }, null, INDENT).slice(
          `{\n${one}"_": {\n`.length,
          -`\n${one}}\n}`.length,
        ),
  )
  const inner = called.length === 0 ? '{}' : `{\n${called.join(',\n')}\n${one}}`
  const version = JSON.stringify(SERIALIZER_VERSION[dialect])
  return `{\n${one}"spec": ${top},\n${one}"subprocess_specs": ${inner},\n${one}"serializer_version": ${version}\n}`
}

/**
 * Text by text, so that the objects of a large workflow never exist at once.
 *
 * @param {Iterable<ProcessSpec>} specs
 * @param {(spec: ProcessSpec, first: boolean) => string} write
 */
function pieces(specs, write) {
  /** @type {string[]} */
  const texts = []
  for (const spec of specs) texts.push(write(spec, texts.length === 0))
  return texts
}
