import { assertName } from '../../checks/index.js'
import type { RecordKey, RecordStore, RecordTransaction } from '../../records/index.js'
import type { Value } from '../../values/index.js'
import { copyOf, define } from '../../values/index.js'
import type { State, StateOptions, StateValues } from './state.js'
import { isImmutable, noSuchState } from './state-errors.js'

/** Where state is kept. */
export interface RecordStateOptions extends StateOptions {
  /** It stays open when the state is not used any more. */
  readonly records: RecordStore
  /** Several states share one store, each under its own name. */
  readonly name: string
}

const PAGE = 1000
const READ_ONLY = { readonly: true }

/**
 * State in records (S8, S9): it outlasts the program, and tabs, threads and OS processes share it.
 *
 * @example
 * const state = createRecordState({ records: createSqliteRecords({ path: 'etl.db' }), name: 'etl', mutable: true })
 * @throws `bad-argument`
 */
export function createRecordState<Known extends StateValues = StateValues>(
  options: RecordStateOptions,
): State<Known> {
  return new RecordState(options)
}

class RecordState<Known extends StateValues> implements State<Known> {
  readonly isMutable: boolean
  readonly #records: RecordStore
  readonly #name: string

  constructor({ records, name, mutable = false }: RecordStateOptions) {
    assertName(name, 'name')
    this.isMutable = mutable
    this.#records = records
    this.#name = name
  }

  get<Name extends keyof Known & string>(name: Name): Promise<Known[Name]>
  get(name: string): Promise<Value>
  async get(name: string): Promise<unknown> {
    const found = await this.#read((transaction) => transaction.get(this.#key(name)))
    if (found === undefined) throw noSuchState(name)
    return valueOf(found)
  }

  async has(name: string): Promise<boolean> {
    return (await this.#read((transaction) => transaction.get(this.#key(name)))) !== undefined
  }

  set(name: string, value: unknown): Promise<void> {
    return this.setMany({ [name]: value })
  }

  async setMany(values: StateValues): Promise<void> {
    // As they are now, whenever the store comes to it.
    const given = Object.entries(values).map(([name, value]) => [name, copyOf(value)] as const)
    await this.#records.transact(async (transaction) => {
      for (const [name, value] of given) {
        const key = this.#key(name)
        if (!this.isMutable && (await transaction.get(key)) !== undefined) throw isImmutable(name)
        transaction.set(key, { value })
      }
    })
  }

  async delete(name: string): Promise<void> {
    await this.#records.transact(async (transaction) => {
      const key = this.#key(name)
      if ((await transaction.get(key)) === undefined) throw noSuchState(name)
      transaction.delete(key)
    })
  }

  async names(): Promise<readonly string[]> {
    return Object.keys(await this.snapshot()).sort()
  }

  snapshot(): Promise<Readonly<Record<string, Value>>> {
    return this.#read(async (transaction) => {
      const values: Record<string, Value> = {}
      for (let from: RecordKey = ['step_state', this.#name]; ;) {
        const page = await transaction.scan({ from, to: ['step_state', `${this.#name}\u0000`], limit: PAGE })
        for (const { key, value } of page) define(values, String(key[2]), valueOf(value))
        const last = page.at(-1)
        if (last === undefined || page.length < PAGE) return values
        from = [...last.key, '']
      }
    })
  }

  onChange(listener: () => void): () => void {
    return this.#records.onCommit(({ collections }) => {
      if (collections === undefined || collections.includes('step_state')) listener()
    })
  }

  #read<T>(work: (transaction: RecordTransaction) => Promise<T>): Promise<T> {
    return this.#records.transact(work, READ_ONLY)
  }

  #key(name: string): RecordKey {
    assertName(name, 'name of the state')
    return ['step_state', this.#name, name]
  }
}

/** In a record of its own form: a value may be undefined, which no record is. */
function valueOf(record: Value): Value {
  return typeof record === 'object' && record !== null && 'value' in record ? record['value'] : undefined
}
