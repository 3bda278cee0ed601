import { UnitflowError } from '../../errors/index.js'
import type { MadeDecision } from '../history/index.js'
import type { AnyActivity } from './activity.js'
import type { StatusText } from './decided.js'
import type { AnyProcessView } from './process-view.js'
import type { PlainWorkflow } from './workflow.js'

/** A list of lists nests no deeper: it may hold itself. */
const MAX_DEPTH = 100

/**
 * What a decider gave, as a flat list without what is nothing (D30, D59, D66).
 *
 * @throws `bad-decision`
 */
export function flattened(
  workflow: PlainWorkflow,
  process: AnyProcessView,
  given: unknown,
): readonly (MadeDecision | StatusText)[] {
  const flat: Flat = { workflow, process, decided: [] }
  flatten(flat, given, '', 0)
  return flat.decided
}

interface Flat {
  readonly workflow: PlainWorkflow
  readonly process: AnyProcessView
  readonly decided: (MadeDecision | StatusText)[]
}

function flatten(flat: Flat, value: unknown, path: string, depth: number): void {
  if (!value) return
  if (typeof value !== 'object') throw badDecision(flat, path, value)
  if (isActivity(value)) {
    add(flat, { type: 'schedule-activity', activity: value.name, input: flat.process.input }, path)
  } else if (isStatus(value)) {
    flat.decided.push(value)
  } else if (isIterable(value)) {
    if (depth >= MAX_DEPTH) throw badDecision(flat, path, value)
    let index = 0
    for (const item of value) flatten(flat, item, `${path}/${index++}`, depth + 1)
  } else {
    add(flat, value, path)
  }
}

function add(flat: Flat, value: object, path: string): void {
  if (!isMadeDecision(value)) throw badDecision(flat, path, value)
  const { name, activities, children } = flat.workflow
  if (value.type === 'schedule-activity') assertListed(flat, 'activities', activities, value.activity, path)
  if (value.type === 'start-child-process' && value.workflow !== name) {
    assertListed(flat, 'children', children, value.workflow, path)
  }
  flat.decided.push(value)
}

/** The compiler says so too, where it is asked. */
function assertListed(
  { workflow }: Flat,
  list: 'activities' | 'children',
  listed: readonly { readonly name: string }[],
  name: string,
  path: string,
): void {
  if (listed.some((one) => one.name === name)) return
  const expected = `one of the ${list} of the workflow`
  const message = `workflow '${workflow.name}' decided on '${name}': expected ${expected}`
  throw new UnitflowError('bad-decision', message, { workflow: workflow.name, path, expected })
}

function isActivity(value: object): value is AnyActivity {
  // An event of the history has the same type, and no settings.
  return 'type' in value && value.type === 'activity' && 'scheduleToStart' in value && 'name' in value
}

function isStatus(value: object): value is StatusText {
  return 'type' in value && value.type === 'status' && 'text' in value && typeof value.text === 'string'
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === 'function'
}

function badDecision(
  { workflow: { name } }: Flat,
  path: string,
  found: unknown,
): UnitflowError<'bad-decision'> {
  const expected = 'decisions, an activity, or an iterable of them'
  const where = path === '' ? '' : ` at ${path}`
  const message = `workflow '${name}': expected ${expected}; found ${described(found)}${where}`
  return new UnitflowError('bad-decision', message, { workflow: name, path, expected })
}

/** By its kind alone: what a decider holds may be secret. */
function described(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  if ('then' in value) return 'a promise: a decider decides at once, from the history alone'
  const type = 'type' in value ? value.type : undefined
  return typeof type === 'string' ? `something of type '${type.slice(0, 50)}'` : 'an object'
}

const TYPES: Readonly<Record<MadeDecision['type'], true>> = {
  'schedule-activity': true,
  'cancel-activity': true,
  'start-child-process': true,
  'start-timer': true,
  'cancel-timer': true,
  'record-marker': true,
  'signal-process': true,
  'request-cancel-process': true,
  'complete-process': true,
  'fail-process': true,
  'cancel-process': true,
  'continue-as-new': true,
}

/** By its type alone: whoever applies it looks at its fields, and refuses the batch where one is wrong (D32). */
function isMadeDecision(value: object): value is MadeDecision {
  return 'type' in value && typeof value.type === 'string' && Object.hasOwn(TYPES, value.type)
}
