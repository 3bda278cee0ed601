import type { AnyActivity, AnyProcessView, PlainWorkflow } from '../../../../ts/deciders/definitions/index.js'
import { status } from '../../../../ts/deciders/definitions/index.js'
import type { ClosingDecision, MadeDecision } from '../../../../ts/deciders/history/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { seededRandom } from '../../../../ts/testing/record-store/seeded-random.js'

/** What a process of a run is started with: after so many decisions it closes, and so deep its children have children. */
export interface Plan {
  readonly seed: number
  readonly rounds: number
  readonly depth: number
}

/** How many processes are started from outside: `p0`, `p1`, … */
export const PROCESSES = 4

/** Decides what follows from the history alone, as every decider does; what that is, is the seed's to say. */
export function decideAtRandom(
  process: AnyProcessView,
  activities: readonly [AnyActivity, ...AnyActivity[]],
  children: readonly PlainWorkflow[],
): unknown {
  const plan = process.input as Plan
  const round = process.history.filter(({ type }) => type === 'decision-completed').length
  const random = seededRandom(hash(`${plan.seed} ${process.id} ${round}`))
  if (process.cancelRequested !== undefined && random.below(2) === 0) {
    return { type: 'cancel-process', reason: 'it was asked to' } satisfies MadeDecision
  }
  if (round >= plan.rounds) {
    return process.isSettled || random.below(6) === 0 ? closing(plan, random, process.id) : []
  }
  const batch = new Batch(process, plan, random, round)
  for (let left = random.below(4); left > 0; left--) batch.addOne(activities, children)
  // Something that wakes it: what it has called off does not.
  if (!batch.opensSomething && (process.isSettled || batch.endsSomething)) batch.startTimer()
  return [...batch.decisions, ...(random.below(5) === 0 ? [status(`round ${round}`)] : [])]
}

class Batch {
  readonly decisions: MadeDecision[] = []
  readonly #process: AnyProcessView
  readonly #plan: Plan
  readonly #random: SeededRandom
  readonly #round: number
  /** Ids that are open, or opened here; what is ended here is not opened again. */
  readonly #taken: Set<string>

  constructor(process: AnyProcessView, plan: Plan, random: SeededRandom, round: number) {
    this.#process = process
    this.#plan = plan
    this.#random = random
    this.#round = round
    this.#taken = new Set([...process.unfinished(), ...process.timers].map(({ id }) => id))
  }

  get opensSomething(): boolean {
    return this.decisions.some(({ type }) =>
      ['schedule-activity', 'start-timer', 'start-child-process'].includes(type),
    )
  }

  get endsSomething(): boolean {
    return this.decisions.some(({ type }) => type === 'cancel-activity' || type === 'cancel-timer')
  }

  addOne(activities: readonly [AnyActivity, ...AnyActivity[]], children: readonly PlainWorkflow[]): void {
    const random = this.#random
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        {
          const activity = random.pick(activities)
          // Several at once, so that some of them wait for others.
          for (let left = random.pick([1, 1, 3]); left > 0; left--) this.#schedule(activity)
        }
        break
      case 3:
        this.startTimer()
        break
      case 4: {
        const open = this.#process.unfinished()[0]
        if (open === undefined || !this.#isNew(`end ${open.id}`)) break
        const wait = random.below(2) === 0 ? ({ wait: true } as const) : {}
        this.decisions.push({ type: 'cancel-activity', id: open.id, ...wait })
        break
      }
      case 5: {
        const [open] = this.#process.timers
        if (open === undefined || !this.#isNew(`end ${open.id}`)) break
        this.decisions.push({ type: 'cancel-timer', id: open.id })
        break
      }
      case 6:
      case 7:
        this.#startChild(children)
        break
      case 8:
        this.decisions.push({
          type: 'signal-process',
          process: `p${random.below(PROCESSES + 1)}`,
          name: 'from-a-process',
          data: { nonce: this.#own('s') },
        })
        break
      default:
        if (random.below(3) === 0) {
          const process = `p${random.below(PROCESSES)}`
          this.decisions.push({ type: 'request-cancel-process', process, reason: 'planned' })
        } else {
          this.decisions.push({ type: 'record-marker', name: 'note', details: this.#round })
        }
    }
  }

  startTimer(): void {
    const delay = this.#random.pick([0, 1, 1000, 5000, 60_000, 3_600_000])
    this.decisions.push({ type: 'start-timer', delay, data: { round: this.#round }, ...this.#id('t') })
  }

  #schedule({ name }: AnyActivity): void {
    const random = this.#random
    this.decisions.push({
      type: 'schedule-activity',
      activity: name,
      input: { round: this.#round, text: 'x'.repeat(random.below(20) === 0 ? 700 : 3) },
      ...this.#id('x'),
      ...(random.below(5) === 0 && { category: random.pick(['default', 'other']) }),
      ...(random.below(5) === 0 && { priority: random.below(3) }),
      ...(random.below(2) === 0 && { key: random.pick(['k0', 'k1']) }),
      ...(random.below(5) === 0 && { startToClose: random.pick([1000, 20_000]) }),
    })
  }

  #startChild(children: readonly PlainWorkflow[]): void {
    const random = this.#random
    const { depth, seed } = this.#plan
    if (depth === 0) return
    const child = children[random.below(children.length + 1)]
    this.decisions.push({
      type: 'start-child-process',
      workflow: child?.name ?? this.#process.workflow,
      input: { seed, rounds: random.below(3), depth: depth - 1 },
      tags: random.below(2) === 0 ? ['child'] : [],
      childPolicy: random.pick(['abandon', 'terminate', 'request-cancel']),
      ...(random.below(2) === 0 && { id: this.#own('c') }),
    })
  }

  /** An id of few, so that they are used again; or none. */
  #id(kind: string): { readonly id?: string } {
    const id = `${kind}${this.#random.below(3)}`
    return this.#random.below(2) === 0 && this.#isNew(id) ? { id } : {}
  }

  #isNew(id: string): boolean {
    if (this.#taken.has(id)) return false
    this.#taken.add(id)
    return true
  }

  /** What nobody else has. */
  #own(kind: string): string {
    return `${kind}${hash(`${this.#process.id} ${this.#round} ${this.decisions.length}`)}`
  }
}

function closing(plan: Plan, random: SeededRandom, id: string): ClosingDecision {
  switch (random.below(6)) {
    case 0:
      return { type: 'fail-process', reason: 'planned' }
    case 1:
      return { type: 'cancel-process', reason: 'planned' }
    case 2:
      // It goes on with less to do, and so not for ever.
      if (plan.rounds > 0) return { type: 'continue-as-new', input: { ...plan, rounds: plan.rounds - 1 } }
      break
    default:
  }
  return { type: 'complete-process', result: id }
}

/** FNV-1a, of 32 bits. */
export function hash(text: string): number {
  let state = 0x811c9dc5
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193)
  return state >>> 0
}
