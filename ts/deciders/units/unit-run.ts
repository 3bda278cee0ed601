import { UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { ChildProcessEvent, HistoryEvent, MadeDecision, ProcessStarted } from '../history/index.js'
import { isSeenByDeciders } from '../history/index.js'
import { timerFired } from './catch-events.js'
import { activityEnded } from './do-task.js'
import type { ProcessPlan } from './process-plan.js'
import type { Command, KeptOutcome, RunRules } from './run-state.js'
import { beginScope } from './scopes.js'
import { callAgain, calledEnded, takenByCalled } from './subprocesses.js'
import { deliver, deliveryOf } from './throw-events.js'
import { isData } from './unit-data.js'
import type { UnitStart } from './unit-workflow.js'
import { UnitEngine } from './unit-engine.js'

/** The marker that keeps what functions gave. */
export const FUNCTIONS = 'unitflow-functions'
/** The timer that wakes a process which had more to do than is for one decision. */
const MORE = 'more'

/** A decision that was made, or is in the history. */
interface Batch {
  /** The `seq` of its decision-started event. */
  readonly started: number
  readonly commands: readonly Command[]
  /** How many of them the history has shown. */
  shown: number
}

/**
 * A run as the history of its process tells it. Events are added as they come; what is decided now comes from the same rules
 * by which what was decided before is gone through again, so that a run can be taken up anywhere.
 */
export class UnitRun {
  readonly engine: UnitEngine
  readonly #process: string
  readonly #start: UnitStart
  /** The `seq` of the last event. */
  seq: number = 0
  #origin: ProcessStarted['origin']
  #news: HistoryEvent[] = []
  #started: { readonly seq: number; readonly at: number } | undefined
  /** What the history is to show of the decision that it has last. */
  #batch: Batch | undefined
  /** What was decided, and is not in the history yet. */
  #made: Batch | undefined

  constructor(process: string, start: UnitStart, plan: ProcessPlan, rules: RunRules) {
    this.#process = process
    this.#start = start
    this.engine = new UnitEngine(plan, rules)
  }

  /**
   * Adds what has happened.
   *
   * @returns whether it could: otherwise what was decided here is not what is in the history, and the run must begin anew
   * @throws `replay-mismatch`, `unbound-elements`
   */
  add(events: readonly HistoryEvent[]): boolean {
    for (const [index, event] of events.entries()) {
      if (!this.#add(event, events, index)) return false
      this.seq = event.seq
    }
    return true
  }

  #add(event: HistoryEvent, events: readonly HistoryEvent[], index: number): boolean {
    const { type } = event
    if (type === 'decision') {
      this.#show(event.seq, event.decision)
    } else if (type === 'decision-completed') {
      if (this.#made !== undefined && this.#made.started !== event.started) return false
      this.#batch = this.#made ?? this.#apply(event.started, functionsAfter(events, index))
      this.#made = undefined
    } else if (type === 'decision-started') {
      this.#started = { seq: event.seq, at: event.at }
      return this.#made === undefined
    } else if (isSeenByDeciders(event)) {
      this.#news.push(event)
    } else if (type.startsWith('decision-')) {
      // It has failed, was refused, or took too long: what was decided here is not what happens.
      return this.#made === undefined
    }
    return true
  }

  /** What is to be done now. Asked again, it is the same. */
  decide(): readonly MadeDecision[] {
    const started = this.#started?.seq ?? 0
    this.#made ??= this.#apply(started, undefined)
    return this.#made.commands.map(({ decision }) => decision)
  }

  #apply(started: number, known: KnownFunctions | undefined): Batch {
    const { engine } = this
    const seen = this.#news.filter(({ seq }) => seq < started)
    this.#news = this.#news.filter(({ seq }) => seq > started)
    const ended = new Set(
      seen.flatMap((event) => (event.type === 'activity' || event.type === 'timer' ? event.id : [])),
    )
    engine.begin({ now: this.#started?.at ?? 0, ended, ...known })
    for (const event of seen) this.#happen(event)
    return { started, commands: this.#commands(), shown: 0 }
  }

  #happen(event: HistoryEvent): void {
    const { engine } = this
    const { type } = event
    if (type === 'process-started') {
      this.#origin = event.origin
      const { data, depth } = this.#start
      engine.happen(() => beginScope(engine, engine.top, depth === 1 ? data : takenByCalled(engine, data)))
    } else if (type === 'activity') {
      if (engine.activities.has(event.id)) engine.happen(() => activityEnded(engine, event.id, event.result))
    } else if (type === 'timer') {
      if (event.id === MORE) engine.goOn()
      else engine.happen(() => timerFired(engine, event.id))
    } else if (type === 'child-process') {
      if (this.#isLeftBehind(event)) engine.happen(() => callAgain(engine, event.scheduled))
      else engine.happen(() => calledEnded(engine, event.scheduled, event.result))
    } else if (type === 'signal') {
      engine.happen(() => deliver(engine, deliveryOf(event.name, event.data, event.from)))
    } else if (type === 'cancel-requested') {
      engine.outcome ??= { type: 'canceled', ...(event.reason !== undefined && { reason: event.reason }) }
    }
  }

  /** Whether a process was forked while it had called this one, which stays that of the other: it is called anew (D83). */
  #isLeftBehind({ seq, result }: ChildProcessEvent): boolean {
    const origin = this.#origin
    if (origin?.type !== 'forked' || seq <= origin.seq || result.type !== 'canceled') return false
    return result.reason === `it is a child of ${origin.process}`
  }

  /** All that this decision does, in order. */
  #commands(): readonly Command[] {
    const { engine } = this
    const closing = this.#closing()
    const { ran, isFull, commands } = engine
    const decisions: Command[] = []
    if (ran.length > 0) {
      const details = { outcomes: ran.map((outcome) => ({ ...outcome })), ...(isFull && { more: true }) }
      decisions.push({ decision: { type: 'record-marker', name: FUNCTIONS, details } })
    }
    decisions.push(...commands)
    if (isFull) decisions.push({ decision: { type: 'start-timer', id: MORE, delay: 0, data: null } })
    if (closing !== undefined) decisions.push({ decision: closing })
    return decisions
  }

  #closing(): MadeDecision | undefined {
    const { outcome } = this.engine
    switch (outcome?.type) {
      case 'completed':
        return { type: 'complete-process', result: outcome.result }
      case 'failed': {
        const { type: _, ...failure } = outcome
        return { type: 'fail-process', ...failure }
      }
      case 'canceled':
        return { type: 'cancel-process', ...(outcome.reason !== undefined && { reason: outcome.reason }) }
      case undefined:
        return undefined
    }
  }

  /** What the history shows of a decision must be what these rules give for it. */
  #show(seq: number, decision: MadeDecision): void {
    const batch = this.#batch
    const command = batch?.commands[batch.shown]
    const [expected, found] = [
      command === undefined ? 'nothing more' : nameOf(command.decision),
      nameOf(decision),
    ]
    if (batch === undefined || command === undefined || expected !== found) {
      const message = `process ${this.#process}: at event ${seq} its history has ${found}; now that would be ${expected}`
      throw new UnitflowError('replay-mismatch', message, { process: this.#process, seq, expected, found })
    }
    batch.shown++
    const { execution } = command
    if (decision.type !== 'start-child-process' || execution?.child === undefined) return
    execution.child.scheduled = seq
    if (decision.id !== undefined) execution.child.process = decision.id
    this.engine.children.set(seq, execution)
  }
}

interface KnownFunctions {
  readonly known: readonly KeptOutcome[]
  readonly wasFull: boolean
}

/** What functions gave in a decision that the history has: its marker comes after it, before the next decision begins. */
function functionsAfter(events: readonly HistoryEvent[], completed: number): KnownFunctions {
  for (let at = completed + 1; at < events.length; at++) {
    const event = events[at]
    if (event === undefined || event.type === 'decision-started') break
    if (event.type !== 'marker' || event.name !== FUNCTIONS || !isData(event.details)) continue
    const { outcomes, more } = event.details
    const known = Array.isArray(outcomes)
      ? outcomes.flatMap((outcome: Value) => functionOutcome(outcome))
      : []
    return { known, wasFull: more === true }
  }
  return { known: [], wasFull: false }
}

function functionOutcome(outcome: Value): readonly KeptOutcome[] {
  if (!isData(outcome) || typeof outcome['element'] !== 'string') return []
  const { element, process, reason, codes } = outcome
  const place = { element, ...(typeof process === 'string' && { process }) }
  if (typeof reason !== 'string') return [{ ...place, given: outcome['given'] }]
  const texts = Array.isArray(codes) ? codes.filter((code: Value) => typeof code === 'string') : []
  return [{ ...place, reason, codes: texts }]
}

/** What a decision does, and to what, as far as it must be the same whenever it is decided. */
function nameOf(decision: MadeDecision): string {
  const { type } = decision
  const activity = type === 'schedule-activity' ? ` ${decision.activity}` : ''
  // The id of a child is drawn when the decision is applied.
  const id = 'id' in decision && type !== 'start-child-process' ? ` ${decision.id ?? ''}` : ''
  const name = 'name' in decision ? ` ${decision.name}` : ''
  return `${type}${activity}${id}${name}`
}
