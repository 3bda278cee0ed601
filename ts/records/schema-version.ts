import { UnitflowError } from '../errors/index.js'
import type { RecordKey, RecordTransaction } from './record-store.js'

/** Which version of its records an engine has written into a store: a later version of this package may write otherwise. */
export class SchemaVersion {
  readonly #key: RecordKey
  readonly #known: number
  readonly #what: string

  /** @param what is kept there, for errors: `the flows` */
  constructor(key: RecordKey, known: number, what: string) {
    this.#key = key
    this.#known = known
    this.#what = what
  }

  /** @returns whether the store has a version. @throws (by rejecting) `newer-schema` */
  async check(transaction: RecordTransaction): Promise<boolean> {
    const found = await transaction.get(this.#key)
    if (typeof found === 'number' && found > this.#known) {
      const message = `${this.#what} in this store have version ${found}, and this package knows ${this.#known}: use a later one`
      throw new UnitflowError('newer-schema', message, { found, known: this.#known })
    }
    return found !== undefined
  }

  /** The same, where something is to be written. */
  async claim(transaction: RecordTransaction): Promise<void> {
    if (!(await this.check(transaction))) transaction.set(this.#key, this.#known)
  }
}
