import type { SeededRandom } from '../../../../../ts/testing/record-store/seeded-random.js'
import type { Block, Branches, FirstEvent, Guarded, Part, Step, StepKind, Turns } from './blocks.js'
import { hoursOf, loopNames } from './blocks.js'

const STEPS: readonly [StepKind, ...StepKind[]] = [
  ...(['function', 'function', 'activity', 'flaky', 'service', 'human'] as const),
  ...(['plain', 'throw', 'timer', 'message', 'receive', 'remove'] as const),
]

/** Where a block stands. */
interface Place {
  readonly depth: number
  /** It may be gone through again, or several times at once. */
  readonly isRepeated: boolean
  /** Several at once: a message would reach more than one. */
  readonly isBeside: boolean
}

/** Draws blocks at random. */
export class RandomBlocks {
  readonly #random: SeededRandom
  #ids = 0
  #left: number
  /** Elements that have set a variable before, and not beside, what comes now. */
  #written: string[] = []

  constructor(random: SeededRandom) {
    this.#random = random
    this.#left = 4 + random.below(30)
  }

  top(): Part {
    return {
      type: 'part',
      kind: 'call',
      id: 'top',
      process: 'Top',
      body: this.#sequence({ depth: 0, isRepeated: false, isBeside: false }, 2 + this.#random.below(4)),
    }
  }

  #id(): string {
    return `e${++this.#ids}`
  }

  #sequence(place: Place, length = 1 + this.#random.below(3)): Block {
    const blocks = Array.from({ length }, () => this.#block(place))
    return { type: 'sequence', blocks }
  }

  #block(place: Place): Block {
    this.#left--
    const { depth } = place
    if (depth > 4 || this.#left < 0) return this.#step(place)
    const inner = { ...place, depth: depth + 1 }
    switch (this.#random.below(14)) {
      case 0:
        return this.#branches(inner)
      case 1:
        return this.#branches(inner)
      case 2:
        return {
          type: 'back',
          id: this.#id(),
          times: 1 + this.#random.below(3),
          body: this.#sequence({ ...inner, isRepeated: true }),
        }
      case 3:
        return this.#part(inner)
      case 4:
      case 5:
        return this.#turns(inner)
      case 6:
      case 7:
      case 8:
        return this.#guarded(inner)
      case 9:
        return this.#firstEvent(inner)
      default:
        return this.#step(place)
    }
  }

  #step({ isRepeated }: Place, does: StepKind = this.#random.pick(STEPS), of?: string): Step {
    const [id, last] = [this.#id(), this.#written.at(-1)]
    if (does === 'remove') {
      if (isRepeated || last === undefined)
        return this.#step({ depth: 0, isRepeated, isBeside: false }, 'function')
      return { type: 'step', id, does, isPlain: true, of: `v_${last}` }
    }
    const writes = does === 'function' || does === 'activity' || does === 'human' || does === 'flaky'
    if (writes) this.#written.push(id)
    return { type: 'step', id, does, isPlain: isRepeated, ...(of !== undefined && { of }) }
  }

  /** What stands beside others, or may not come to its end, leaves nothing that is removed later. */
  #apart<T>(make: () => T): T {
    const written = this.#written
    this.#written = []
    const made = make()
    this.#written = written
    return made
  }

  #branches(place: Place): Branches {
    const random = this.#random
    const kind = random.pick(['exclusive', 'parallel', 'inclusive'] as const)
    const count = 2 + random.below(2)
    const branches = Array.from({ length: count }, () => this.#apart(() => this.#sequence(place)))
    const chosen = random.shuffled([...branches.keys()].slice(0, -1)).slice(0, random.below(count))
    const last = count - 1
    const taken = {
      parallel: [...branches.keys()],
      exclusive: [chosen[0] ?? last],
      inclusive: chosen.length === 0 ? [last] : chosen,
    }[kind]
    return { type: 'branches', kind, id: this.#id(), branches, taken }
  }

  #part(place: Place, body?: Block): Part {
    const random = this.#random
    const kind = random.pick(['embed', 'embed', 'transaction', 'call'] as const)
    const id = this.#id()
    const made = body ?? this.#apart(() => this.#sequence(place))
    const giving = kind === 'call' && body === undefined && random.below(3) === 0
    const last = this.#step({ ...place, isRepeated: true }, 'function')
    return {
      type: 'part',
      kind,
      id,
      process: kind === 'call' ? `P${id}` : id,
      body: giving ? { type: 'sequence', blocks: [made, last] } : made,
      ...(giving && { gives: [`v_${last.id}`] }),
      ...(body === undefined && random.below(6) === 0 && { isTerminated: true as const }),
    }
  }

  #turns(place: Place): Turns {
    const random = this.#random
    const kind = random.pick(['parallel', 'sequential', 'standard'] as const)
    const inner = { ...place, isRepeated: true, isBeside: place.isBeside || kind === 'parallel' }
    const collects = kind !== 'standard' && random.below(2) === 0
    const over = kind === 'standard' ? 'number' : random.pick(['list', 'object', 'number'] as const)
    const host: Part | Step = this.#apart(() => {
      const isStep = random.below(3) === 0
      const does = random.pick(['function', 'activity', 'human'] as const)
      const made = isStep ? this.#step(inner, does) : this.#part(inner)
      if (!collects) return made
      if (made.type === 'step') return { ...made, of: made.id }
      const { gives } = made
      const given = gives && [...gives, loopNames(made.id).result]
      return { ...made, resultOf: made.id, ...(given && { gives: given }) }
    })
    return {
      type: 'turns',
      host,
      kind,
      // What goes through items at once, and lets all out, leaves one of them behind: any.
      over: kind === 'parallel' && !collects ? 'number' : over,
      count: random.below(4),
      collects,
      testBefore: random.below(2) === 0,
    }
  }

  #guarded(place: Place): Guarded {
    const random = this.#random
    const fate = random.below(3)
    const branch = this.#apart(() => this.#sequence({ ...place, depth: 5 }, 1))
    const id = this.#id()
    if (fate === 0) return this.#unharmed(place, id, branch)
    if (fate === 1 && !place.isBeside) return this.#beside(place, id)
    const event = random.pick(
      place.isBeside ? (['timer', 'error'] as const) : (['timer', 'message', 'error'] as const),
    )
    const code = event === 'error' ? `E_${id}` : undefined
    const does =
      code === undefined
        ? 'stop'
        : random.pick(['failing-function', 'failing-activity', 'error-end'] as const)
    const isStep = does !== 'error-end' && random.below(4) === 0
    const stop = this.#apart(() => this.#step(place, does, code))
    const host = this.#apart((): Part | Step => {
      if (isStep) return stop
      const before = this.#sequence(place)
      const isNested = does !== 'error-end' && random.below(3) === 0
      const last = isNested ? this.#part(place, stop) : stop
      return this.#part(place, { type: 'sequence', blocks: [before, last] })
    })
    const isCalled = host.type === 'part'
    return {
      ...{ type: 'guarded', id, host, event, comes: true, waits: stop.id, interrupting: true, branch },
      hours: hoursOf(host) + 24,
      ...(code !== undefined && (!isCalled || random.below(2) === 0) && { code }),
    }
  }

  /** The element ends before anything comes to its edge. */
  #unharmed(place: Place, id: string, branch: Block): Guarded {
    const random = this.#random
    const host = this.#apart(() => (random.below(4) === 0 ? this.#step(place, 'human') : this.#part(place)))
    const event = random.pick(['timer', 'message', 'error', 'cycle'] as const)
    return {
      ...{ type: 'guarded', id, host, event, comes: false, branch },
      interrupting: event === 'error' || random.below(2) === 0,
      hours: hoursOf(host) + 24,
    }
  }

  /** Events come, and the element goes on. */
  #beside(place: Place, id: string): Guarded {
    const random = this.#random
    const slow = this.#step(place, 'slow')
    const host = random.below(2) === 0 ? slow : this.#part(place, slow)
    const does = random.pick(['function', 'plain', 'throw'] as const)
    const branch = this.#apart(() => this.#step({ ...place, isRepeated: true }, does))
    const event = random.pick(['timer', 'message', 'cycle'] as const)
    return {
      ...{ type: 'guarded', id, host, event, comes: true, waits: slow.id, interrupting: false, branch },
      hours: 1,
    }
  }

  #firstEvent(place: Place): FirstEvent {
    const random = this.#random
    const kinds =
      random.below(2) === 0 ? (['timer', 'message'] as const) : (['message', 'message', 'timer'] as const)
    const events = kinds.map((kind) => ({
      id: this.#id(),
      kind,
      then: this.#apart(() => this.#sequence({ ...place, depth: 5 }, 1)),
    }))
    return { type: 'first-event', id: this.#id(), events, comes: random.below(events.length) }
  }
}
