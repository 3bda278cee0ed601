import { Places } from '../definitions/index.js'
import type { StateView } from '../state/index.js'
import type { HeldValue } from '../values/index.js'
import type { WiredStep, Wiring } from './wiring.js'

/** What is known while a run goes through a workflow once: values by their numbers, and which steps may begin. */
export class RunRound {
  /** Somebody has changed what it goes by. */
  hasChanged = false
  readonly view: StateView
  readonly #wiring: Wiring
  readonly #digests: (string | undefined)[]
  /** Values that are still to be read; others are in the state alone. */
  readonly #held: (HeldValue | undefined)[] = []
  /** Of each value, how many steps are still to read it. */
  readonly #readers: number[]
  /** Of each step, for how many others it waits. */
  readonly #waiting: number[]
  readonly #hasGiven: (boolean | undefined)[] = []
  readonly #ready = new Places()
  #ended = 0

  constructor(wiring: Wiring, view: StateView) {
    const { names, steps, readers } = wiring
    this.view = view
    this.#wiring = wiring
    this.#digests = names.map((name) => view.digest(name))
    this.#readers = [...readers]
    this.#waiting = steps.map(({ after }) => after.length)
    for (const { place, after } of steps) if (after.length === 0) this.#ready.add(place)
  }

  /** Whether it has come to the end of all steps. */
  get isOver(): boolean {
    return this.#ended === this.#wiring.steps.length
  }

  get hasReady(): boolean {
    return !this.#ready.isEmpty
  }

  /** The first step that may begin. */
  take(): WiredStep | undefined {
    const place = this.#ready.take()
    return place === undefined ? undefined : this.#wiring.steps[place]
  }

  /** Steps that have not given what this one needs. */
  blockers({ after }: WiredStep): readonly string[] {
    let blockers: string[] | undefined
    for (const place of after) {
      if (this.#hasGiven[place] === false) (blockers ??= []).push(this.#wiring.steps[place]?.step.name ?? '')
    }
    return blockers ?? NONE
  }

  /** Which of the inputs has no value: its place among them, -1 where all have. */
  missingInput({ inputs }: WiredStep): number {
    for (let at = 0; at < inputs.length; at++) if (this.#digest(inputs[at]) === undefined) return at
    return -1
  }

  /** Digests of the inputs that count. */
  inputs({ counted }: WiredStep): readonly string[] {
    return counted.map((slot) => this.#digests[slot] ?? '')
  }

  /** Digests of all inputs. */
  allInputs({ inputs }: WiredStep): readonly string[] {
    return inputs.map((slot) => this.#digests[slot] ?? '')
  }

  /** Digests of what is in the places of the outputs. */
  outputs({ outputs }: WiredStep): readonly (string | undefined)[] {
    return outputs.map((slot) => this.#digests[slot])
  }

  /** The values of all inputs, where they are at hand. */
  heldInputs({ inputs }: WiredStep): readonly HeldValue[] | undefined {
    const values: HeldValue[] = []
    for (const slot of inputs) {
      const held = this.#held[slot]
      if (held === undefined) return undefined
      values.push(held)
    }
    return values
  }

  /** The values of all inputs were read: who reads them next has them at hand. */
  hold({ inputs }: WiredStep, values: readonly HeldValue[]): void {
    for (let at = 0; at < inputs.length; at++) {
      const slot = inputs[at] ?? -1
      if ((this.#readers[slot] ?? 0) > 1) this.#held[slot] = values[at]
    }
  }

  /** What a step has given is there for others, before it is kept. */
  give({ outputs }: WiredStep, values: readonly HeldValue[]): void {
    for (let at = 0; at < outputs.length; at++) {
      const slot = outputs[at] ?? -1
      const held = values[at]
      this.#digests[slot] = held?.digest
      if ((this.#readers[slot] ?? 0) > 0 || this.#wiring.isResult[slot] === true) this.#held[slot] = held
    }
  }

  /** Steps that wait for this one wait no more. */
  end({ place, before, inputs }: WiredStep, hasGiven: boolean): void {
    this.#hasGiven[place] = hasGiven
    this.#ended++
    for (const slot of inputs) {
      const left = (this.#readers[slot] ?? 0) - 1
      this.#readers[slot] = left
      if (left === 0 && this.#wiring.isResult[slot] !== true) this.#held[slot] = undefined
    }
    for (const dependent of before) {
      const left = (this.#waiting[dependent] ?? 0) - 1
      this.#waiting[dependent] = left
      if (left === 0) this.#ready.add(dependent)
    }
  }

  /** What no step reads, of the steps that have given: values that are at hand, and names and digests of the others. */
  results(): {
    readonly held: Map<string, HeldValue>
    readonly names: readonly string[]
    readonly digests: readonly string[]
  } {
    const held = new Map<string, HeldValue>()
    const names: string[] = []
    const digests: string[] = []
    for (const { place, outputs } of this.#wiring.steps) {
      if (this.#hasGiven[place] !== true) continue
      for (const slot of outputs) {
        if (this.#wiring.isResult[slot] !== true) continue
        const name = this.#wiring.names[slot] ?? ''
        const value = this.#held[slot]
        if (value !== undefined) held.set(name, value)
        else {
          names.push(name)
          digests.push(this.#digests[slot] ?? '')
        }
      }
    }
    return { held, names, digests }
  }

  #digest(slot: number | undefined): string | undefined {
    return slot === undefined ? undefined : this.#digests[slot]
  }
}

const NONE: readonly string[] = Object.freeze([])
