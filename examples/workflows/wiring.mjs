/**
 * From drawn elements to tasks: what an engine adds around them (start, join and end tasks, a split and a join
 * around a task with boundary events, a child below a loop) and how all of these are connected.
 */

/** @typedef {import('./model.mjs').Dialect} Dialect */
/** @typedef {import('./model.mjs').Element} Element */
/** @typedef {import('./model.mjs').Process} Process */

/**
 * @typedef {object} Task
 * @property {string} name
 * @property {string} typename
 * @property {string[]} inputs
 * @property {string[]} outputs
 * @property {Element | null} element what it stands for; null for an internal task
 * @property {'internal' | 'element' | 'loop' | 'boundary'} role `loop` runs its element as a child;
 *   `boundary` is put around a task that has boundary events
 * @property {string | null} host the element that a `boundary` task was made for
 * @property {string | null} lane
 */

/** @type {Record<Dialect, { start: string, simple: string }>} */
const INTERNAL = {
  a: { start: 'StartTask', simple: 'Simple' },
  b: { start: 'BpmnStartTask', simple: 'SimpleBpmnTask' },
  c: { start: 'BpmnStartTask', simple: 'SimpleBpmnTask' },
}

const LOOPS = {
  parallel: 'ParallelMultiInstanceTask',
  sequential: 'SequentialMultiInstanceTask',
  standard: 'StandardLoopTask',
}

/** The name of the task that runs once for each pass of a loop. @param {string} id */
export const childOf = (id) => `${id} [child]`
/** @param {string} id */
export const splitOf = (id) => `${id}.BoundaryEventSplit`
/** @param {string} id */
export const joinOf = (id) => `${id}.BoundaryEventJoin`
/** @param {string} id */
const parentOf = (id) => `${id}.BoundaryEventParent`

/**
 * @param {Process} process
 * @param {Dialect} dialect
 * @returns {{ tasks: Map<string, Task>, entry: (id: string) => string, triggers: string[] }}
 */
export function wire(process, dialect) {
  const elements = process.elements.filter((element) => dialect === 'c' || element.triggered !== true)
  const hosts = new Set(elements.flatMap((element) => element.host ?? []))
  const around = dialect === 'a' ? parentOf : splitOf
  /** @param {string} id */
  const entry = (id) => (hosts.has(id) ? around(id) : id)
  const endJoin = `${process.id}.EndJoin`
  const tasks = addTasks(process.id, elements, hosts, dialect)

  /** @param {string} from @param {string} to */
  const connect = (from, to) => {
    task(tasks, from).outputs.push(to)
    task(tasks, to).inputs.push(from)
  }
  connect(endJoin, 'End')
  for (const element of elements) {
    if (element.options.loop) task(tasks, childOf(element.id)).inputs.push(element.id)
    if (hosts.has(element.id)) {
      connect(around(element.id), element.id)
      if (dialect !== 'a') connect(element.id, joinOf(element.id))
    }
  }
  for (const element of elements) {
    if (element.type === 'StartEvent') connect('Start', entry(element.id))
    if (element.host !== undefined) connect(around(element.host), element.id)
  }
  for (const { from, to } of process.flows) connect(from, entry(to))
  for (const element of elements) {
    if (element.type === 'EndEvent') connect(element.id, endJoin)
    if (element.host !== undefined && dialect !== 'a') connect(element.id, joinOf(element.host))
  }
  const triggers = elements.filter((element) => element.triggered === true).map((element) => element.id)
  return { tasks, entry, triggers }
}

/**
 * @param {string} processId
 * @param {Element[]} elements
 * @param {Set<string>} hosts
 * @param {Dialect} dialect
 */
function addTasks(processId, elements, hosts, dialect) {
  /** @type {Map<string, Task>} */
  const tasks = new Map()
  /** @param {string} name @param {string} typename @param {Partial<Task>} [more] */
  const add = (name, typename, more = {}) => {
    if (tasks.has(name)) throw new Error(`two tasks ${name} in process ${processId}`)
    const internal = { element: null, role: /** @type {const} */ ('internal'), host: null, lane: null }
    tasks.set(name, { name, typename, inputs: [], outputs: [], ...internal, ...more })
  }
  if (dialect === 'b') add('Root', INTERNAL.b.simple)
  add('Start', INTERNAL[dialect].start)
  add(`${processId}.EndJoin`, '_EndJoin')
  add('End', INTERNAL[dialect].simple)
  for (const element of elements) {
    const { loop, lane = null } = element.options
    if (loop) add(element.id, LOOPS[loop.type], { element, role: 'loop' })
    add(loop ? childOf(element.id) : element.id, element.type, { element, role: 'element', lane })
    if (!hosts.has(element.id)) continue
    const made = { role: /** @type {const} */ ('boundary'), host: element.id, lane }
    if (dialect === 'a') {
      add(parentOf(element.id), '_BoundaryEventParent', made)
    } else {
      add(splitOf(element.id), 'BoundaryEventSplit', made)
      add(joinOf(element.id), 'BoundaryEventJoin', made)
    }
  }
  return tasks
}

/** @param {Map<string, Task>} tasks @param {string} name */
function task(tasks, name) {
  const found = tasks.get(name)
  if (!found) throw new Error(`a flow leads to or from ${name}, which is no task`)
  return found
}
