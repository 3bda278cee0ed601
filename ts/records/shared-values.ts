import type { Value } from '../values/index.js'
import { decodeValue } from '../values/index.js'
import type { MediumKey } from './record-medium.js'

/** So many are kept at least, and twice as many at most. */
const KEPT = 2000
/** Longer ones are not kept: in UTF-16 code units. */
const LONGEST = 16_384
/** What is no plain JSON could be changed even if it is frozen. */
const TAG = '"$type"'

/** Values that were read or written of late, with the texts that say them: as long as a record has that text, it has that value. */
export class SharedValues {
  #young = new Map<string, Shared>()
  #old: ReadonlyMap<string, Shared> = new Map<string, Shared>()

  /** The value that a record's text says; others may hold it as well. */
  decode({ collection, sort }: MediumKey, text: string | undefined): Value {
    if (text === undefined) return undefined
    const name = collection + sort
    const young = this.#young.get(name)
    if (young?.text === text) return young.value
    const old = this.#old.get(name)
    const value = old?.text === text ? old.value : decodeValue(text)
    this.#keep(name, text, value)
    return value
  }

  keep({ collection, sort }: MediumKey, text: string, value: Value): void {
    this.#keep(collection + sort, text, value)
  }

  #keep(name: string, text: string, value: Value): void {
    if (typeof value !== 'object' || text.length > LONGEST || text.includes(TAG)) return
    this.#young.set(name, { text, value })
    if (this.#young.size < KEPT) return
    this.#old = this.#young
    this.#young = new Map()
  }
}

interface Shared {
  readonly text: string
  readonly value: Value
}
