import type { Value } from '../../values/index.js'
import { decodeValue, define, encodeValue } from '../../values/index.js'
import type { AnyTask } from '../definitions/index.js'
import type { Context } from '../execution/index.js'

/**
 * The values of an execution that runs here. Each task is handed copies, so what it does to them is seen by nobody: as
 * when another runner goes on with what is stored.
 */
export class HeldValues {
  /** Objects as their texts, anything else as it is. */
  readonly #values = new Map<string, { readonly text: string } | { readonly value: Value }>()

  constructor(context: Context) {
    this.add(context)
  }

  /** @throws `unsupported-value` */
  add(values: Context): void {
    for (const [name, value] of Object.entries(values)) {
      this.#values.set(name, isObject(value) ? { text: encodeValue(value) } : { value })
    }
  }

  /** What a task is handed. */
  inputsOf({ inputs }: AnyTask): Context {
    return this.#named(Object.keys(inputs))
  }

  all(): Context {
    return this.#named(this.#values.keys())
  }

  #named(names: Iterable<string>): Context {
    const values: Record<string, Value> = {}
    for (const name of names) {
      const held = this.#values.get(name)
      if (held !== undefined) define(values, name, 'text' in held ? decodeValue(held.text) : held.value)
    }
    return values
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
