import { UnitflowError } from '../../errors/index.js'
import type { MadeDecision } from '../history/index.js'
import { ERROR_DATA, isName } from '../../checks/index.js'
import { isClosing } from '../history/index.js'
import { isPlainRetryPolicy } from '../../retry/index.js'
import type { Surroundings } from './decision-steps.js'
import type { Step } from './step.js'
import { typeIn } from './types.js'

/** What the batch has opened and ended so far, above what is open in the process. */
class Opened {
  readonly #step: Step
  readonly #changed = new Map<string, boolean>()

  constructor(step: Step) {
    this.#step = step
  }

  isOpen(kind: 'activity' | 'timer' | 'child', id: string): boolean {
    return this.#changed.get(`${kind} ${id}`) ?? this.#step[kind](id) !== undefined
  }

  set(kind: 'activity' | 'timer' | 'child', id: string, isOpen: boolean): void {
    this.#changed.set(`${kind} ${id}`, isOpen)
  }
}

/**
 * Looks whether all decisions of a batch can be applied, before any is (D32).
 *
 * @throws `malformed-decision`, `unknown-type`, `id-in-use` (D36, D50), `unknown-activity`, `unknown-timer`, `close-not-last`
 * (D33), `close-with-new-work`, `unhandled-events` (D14)
 */
export function assertDecisions(
  step: Step,
  decisions: readonly MadeDecision[],
  { types, taken }: Surroundings,
): void {
  for (const [index, decision] of decisions.entries()) assertShape(decision, index)
  const opened = new Opened(step)
  const { id: process } = step.state
  for (const decision of decisions) {
    if (decision.type === 'schedule-activity') {
      typeIn(types, 'activity', decision.activity)
      open('activity', decision.id)
    } else if (decision.type === 'start-child-process') {
      typeIn(types, 'workflow', decision.workflow)
      const { id } = decision
      if (id !== undefined && taken.has(id)) throw idInUse('process', id)
      open('child', id)
    } else if (decision.type === 'start-timer') {
      open('timer', decision.id)
    } else if (decision.type === 'cancel-activity') {
      const { id, wait } = decision
      if (!opened.isOpen('activity', id)) {
        const message = `the process ${process} has no open activity ${shown(id)}`
        throw new UnitflowError('unknown-activity', message, { process, id })
      }
      // With `wait` it may still be open, and is then no less canceled.
      opened.set('activity', id, wait === true)
    } else if (decision.type === 'cancel-timer') {
      const { id } = decision
      if (!opened.isOpen('timer', id)) {
        const message = `the process ${process} has no timer ${shown(id)} that is not due yet`
        throw new UnitflowError('unknown-timer', message, { process, id })
      }
      opened.set('timer', id, false)
    }
  }
  assertClosing(step, decisions)

  function open(kind: 'activity' | 'timer' | 'child', id: string | undefined): void {
    if (id === undefined) return
    if (opened.isOpen(kind, id)) throw idInUse(kind, id)
    opened.set(kind, id, true)
  }
}

function assertClosing(step: Step, decisions: readonly MadeDecision[]): void {
  const at = decisions.findIndex(isClosing)
  if (at < 0) return
  const { id: process, decision, newest } = step.state
  if (at < decisions.length - 1) {
    const message = `the decision ${at + 1} of ${decisions.length} closes the process ${process}: it must be the last one`
    throw new UnitflowError('close-not-last', message, { process, index: at })
  }
  const starting = decisions.find(({ type }) => STARTS.has(type))
  if (starting !== undefined) {
    const message = `a batch that closes the process ${process} may start nothing, and has a ${starting.type}`
    throw new UnitflowError('close-with-new-work', message, { process, type: starting.type })
  }
  if (decision.status === 'running' && newest > decision.started) {
    const message = `something has happened to the process ${process} that the decision to close it has not seen`
    throw new UnitflowError('unhandled-events', message, { process, newest })
  }
}

const STARTS: ReadonlySet<string> = new Set<MadeDecision['type']>([
  'schedule-activity',
  'start-child-process',
  'start-timer',
])

type Check = (value: unknown) => boolean
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const isTime: Check = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value)
const isTags: Check = (value) => Array.isArray(value) && value.every(isName)
const isAnything: Check = () => true
const isText: Check = (value) => typeof value === 'string'
const TIMES = {
  scheduleToStart: isOptional(isTime),
  startToClose: isOptional(isTime),
  scheduleToClose: isOptional(isTime),
  heartbeat: isOptional(isTime),
}
const REASON = { reason: isOptional(isText) }

/** The fields of each decision. What is not among them is refused: a later version may mean something by it. */
const FIELDS: Readonly<Record<MadeDecision['type'], Readonly<Record<string, Check>>>> = {
  'schedule-activity': {
    activity: isName,
    id: isOptional(isName),
    input: isAnything,
    category: isOptional(isName),
    priority: isOptional(Number.isFinite),
    key: isOptional(isName),
    retry: isOptional(isPlainRetryPolicy),
    ...TIMES,
  },
  'cancel-activity': { id: isName, wait: isOptional((value) => value === true), ...REASON },
  'start-child-process': {
    workflow: isName,
    version: isOptional(isName),
    id: isOptional(isName),
    input: isAnything,
    tags: isTags,
    childPolicy: (value) => value === 'abandon' || value === 'terminate' || value === 'request-cancel',
  },
  'start-timer': { id: isOptional(isName), delay: isTime, data: isAnything },
  'cancel-timer': { id: isName },
  'record-marker': { name: isName, details: isAnything },
  'signal-process': { process: isName, name: isName, data: isAnything },
  'request-cancel-process': { process: isName, ...REASON },
  'complete-process': { result: isAnything },
  'fail-process': { ...REASON, details: isAnything, error: isOptional(ERROR_DATA.test) },
  'cancel-process': { ...REASON, details: isAnything },
  'continue-as-new': { input: isAnything, version: isOptional(isName), tags: isOptional(isTags) },
}

/** The same, faster to go through. */
const CHECKS: ReadonlyMap<unknown, ReadonlyMap<string, Check>> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, new Map(Object.entries(fields))]),
)

/** Whether each is of the form of a decision, whatever it would do. */
export function areWellFormed(decisions: readonly unknown[]): decisions is readonly MadeDecision[] {
  try {
    for (const [index, decision] of decisions.entries()) assertShape(decision, index)
    return true
  } catch {
    return false
  }
}

function assertShape(decision: unknown, index: number): void {
  if (typeof decision !== 'object' || decision === null || !('type' in decision)) {
    throw malformed(index, 'expected an object with a type')
  }
  const { type } = decision
  const fields = CHECKS.get(type)
  if (fields === undefined) throw malformed(index, `there is no decision ${shown(type)}`)
  for (const [name, check] of fields) {
    const value: unknown = Reflect.get(decision, name)
    if (!check(value)) throw malformed(index, `${shown(type)}: ${name} cannot be ${shown(value)}`)
  }
  for (const name of Object.keys(decision)) {
    if (name !== 'type' && !fields.has(name))
      throw malformed(index, `${shown(type)}: it has no ${shown(name)}`)
  }
}

function idInUse(kind: 'activity' | 'timer' | 'child' | 'process', id: string): UnitflowError<'id-in-use'> {
  return new UnitflowError('id-in-use', `there is an open ${kind} ${shown(id)} already`, { kind, id })
}

function malformed(index: number, problem: string): UnitflowError<'malformed-decision'> {
  return new UnitflowError('malformed-decision', `the decision ${index + 1}: ${problem}`, { index, problem })
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? JSON.stringify(value) : String(value)).slice(0, 100)
}
