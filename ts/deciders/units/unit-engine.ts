import { errorToData, isUnitflowError, UnitflowError } from '../../errors/index.js'
import { MAX_VALUE_BYTES } from '../../records/index.js'
import type { Value } from '../../values/index.js'
import type { MadeDecision } from '../history/index.js'
import { arrive } from './begin-element.js'
import { settleJoins } from './joins.js'
import type { ProcessPlan } from './process-plan.js'
import type {
  Arm,
  Command,
  CompletedElement,
  Execution,
  FunctionOutcome,
  KeptOutcome,
  KeptPlace,
  RunOutcome,
  RunRules,
  Scope,
  Token,
} from './run-state.js'
import { byteLength } from './unit-data.js'

/** So many functions are run in one decision, and so much do they give: it is one record of the history. */
const FUNCTIONS_A_DECISION = 1000
const BYTES_A_DECISION = 256 * 1024
/** And one of them so much at most. */
const MOST_BYTES = MAX_VALUE_BYTES - BYTES_A_DECISION - 16 * 1024

/** A message that came before anything waited for it. */
export interface EarlyMessage {
  readonly name: string
  readonly payload: Value
}

/** What a decision goes by, beside what has happened. */
export interface DecisionTerms {
  /** When it began, in ms since 1970. */
  readonly now: number
  /** Ids of activities and timers that have ended by then: there is nothing to call off. */
  readonly ended: ReadonlySet<string>
  /** What functions gave, where it was made before; otherwise they are run. */
  readonly known?: readonly KeptOutcome[]
  /** Where it was made before, whether it ended because of all the functions that it had run. */
  readonly wasFull?: boolean
}

/**
 * A run of one process: tokens, and what waits. It is told what happens, and says what is to be done. All that it knows comes
 * from what it was told, so it comes to the same whenever it is told the same.
 */
export class UnitEngine {
  readonly rules: RunRules
  readonly top: Scope
  /** Executions by the id of their activity. */
  readonly activities: Map<string, Execution> = new Map<string, Execution>()
  /** Executions by the `seq` of the decision that has started the child. */
  readonly children: Map<number, Execution> = new Map<number, Execution>()
  /** What timers are for, by their ids. */
  readonly timers: Map<string, Arm> = new Map<string, Arm>()
  /** All events that are waited for, oldest first. */
  readonly arms: Set<Arm> = new Set<Arm>()
  readonly early: EarlyMessage[] = []
  /** How often each node was gone through since something came from outside. */
  visits: Map<Scope, Map<number, number>> = new Map<Scope, Map<number, number>>()
  /** Where tokens wait for others. */
  readonly joining: Map<Scope, Set<number>> = new Map<Scope, Set<number>>()
  readonly completed: CompletedElement[] = []
  outcome: RunOutcome | undefined
  terms: DecisionTerms = { now: 0, ended: new Set() }
  #commands: Command[] = []
  #ran: KeptOutcome[] = []
  #ranBytes = 0
  #nextId = 1
  /** Nothing here calls itself for the next element, so a chain may be as long as it likes. */
  #queue: Token[] = []
  #head = 0

  constructor(plan: ProcessPlan, rules: RunRules) {
    this.rules = rules
    this.top = newScope(plan)
  }

  /** What this decision is to do. Once the process is over, nothing is begun any more. */
  get commands(): readonly Command[] {
    if (this.outcome === undefined) return this.#commands
    return this.#commands.filter(({ decision }) => decision.type === 'signal-process')
  }

  /** What the functions gave that this decision has run. */
  get ran(): readonly KeptOutcome[] {
    return this.#ran
  }

  /** Whether there is more to go on with, in the next decision. */
  get isFull(): boolean {
    return this.outcome === undefined && this.#head < this.#queue.length
  }

  /** Begins a decision. */
  begin(terms: DecisionTerms): void {
    this.terms = terms
    this.#commands = []
    this.#ran = []
    this.#ranBytes = 0
  }

  /** Something that came from outside happens, and the run goes on from it as far as it can. */
  happen(what: () => void): void {
    if (this.outcome !== undefined) return
    this.visits = new Map()
    this.#attempt(what)
    this.goOn()
  }

  goOn(): void {
    this.#attempt(() => {
      do this.#drain()
      while (this.#head === this.#queue.length && this.outcome === undefined && settleJoins(this))
    })
  }

  #drain(): void {
    while (this.#head < this.#queue.length && this.outcome === undefined && !this.#hasRunEnough()) {
      const token = this.#queue[this.#head++]
      if (token !== undefined && !token.scope.isOver) arrive(this, token)
      if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head)
        this.#head = 0
      }
    }
  }

  /** Whether the rest of the functions is for the next decision. One that was made before has run what its history says. */
  #hasRunEnough(): boolean {
    const { known, wasFull } = this.terms
    if (known !== undefined) return wasFull === true && this.#ran.length >= known.length
    return this.#ran.length >= FUNCTIONS_A_DECISION || this.#ranBytes >= BYTES_A_DECISION
  }

  /** What goes wrong in the process ends it; what is missing here alone does not, for others may have it. */
  #attempt(what: () => void): void {
    try {
      what()
    } catch (error) {
      if (!isUnitflowError(error) || error.code === 'unbound-elements' || error.code === 'replay-mismatch')
        throw error
      const { stack: _, ...data } = errorToData(error)
      this.outcome = { type: 'failed', reason: error.message, error: data }
    }
  }

  /** Sends a token on its way. */
  send(token: Token): void {
    token.scope.live++
    this.#queue.push(token)
  }

  command(decision: MadeDecision, execution?: Execution): void {
    this.#commands.push({ decision, ...(execution !== undefined && { execution }) })
  }

  /** Takes back what this very decision was to do. @returns whether there was such a thing */
  unsay(isIt: (command: Command) => boolean): boolean {
    const at = this.#commands.findIndex(isIt)
    if (at === -1) return false
    this.#commands.splice(at, 1)
    return true
  }

  /** An id for what is begun: it counts, so that it is the same whenever this is decided. */
  newId(): string {
    return String(this.#nextId++)
  }

  /**
   * What a function gives; or gave, when this was decided before.
   *
   * @param element as the history has it
   * @throws `replay-mismatch` where the history has another one there
   */
  function({ plan }: Scope, element: string, run: () => FunctionOutcome): FunctionOutcome {
    const place: KeptPlace = { element, ...(plan !== this.top.plan && { process: plan.processId }) }
    const { known } = this.terms
    if (known !== undefined) {
      const kept = known[this.#ran.length]
      const isIt = kept?.element === place.element && kept.process === place.process
      if (!isIt) throw this.#mismatch(kept, place)
      this.#ran.push(kept)
      return kept
    }
    const outcome = { ...place, ...this.#withinBounds(run()) }
    this.#ran.push(outcome)
    return outcome
  }

  /** All that functions give in one decision is kept in one record. */
  #withinBounds(outcome: FunctionOutcome): FunctionOutcome {
    const bytes = byteLength({ ...outcome })
    if (bytes <= MOST_BYTES) {
      this.#ranBytes += bytes
      return outcome
    }
    return {
      reason: `it gave ${bytes} bytes, and ${MOST_BYTES} is the most; put large values elsewhere`,
      codes: [],
    }
  }

  #mismatch(kept: KeptPlace | undefined, place: KeptPlace): UnitflowError<'replay-mismatch'> {
    const process = this.top.plan.processId
    const [found, expected] = [kept === undefined ? 'nothing more' : keyOf(kept), keyOf(place)]
    const message = `${process}: its history has what the function of ${found} gave; now that would be ${expected}`
    return new UnitflowError('replay-mismatch', message, { process, seq: 0, expected, found })
  }
}

/** As it would be bound. */
function keyOf({ element, process }: KeptPlace): string {
  return process === undefined ? element : `${process}/${element}`
}

export function newScope(plan: ProcessPlan, host?: Execution): Scope {
  return {
    plan,
    ...(host !== undefined && { host }),
    live: 0,
    executions: new Set(),
    joins: new Map(),
    arms: new Set(),
    objects: new Map(),
    isOver: false,
  }
}
