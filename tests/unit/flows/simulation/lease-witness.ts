import type {
  RecordKey,
  RecordStore,
  RecordTransaction,
  TransactOptions,
} from '../../../../ts/records/index.js'

/** The time in which one runner had an execution. */
export interface LeasePeriod {
  /** By when its lease ran out (ms since 1970), as it was renewed last. */
  until: number
  isOver: boolean
}

/** Sees every commit, and from `flow_leases` who has what: no more than the table in execution-keys.ts says of it. */
export class LeaseWitness {
  /** By execution: its first period under token 1, and so on. */
  readonly periods: Map<string, LeasePeriod[]> = new Map<string, LeasePeriod[]>()
  readonly #afterCommit: (running: readonly string[]) => void
  readonly #records: RecordStore

  /** @param afterCommit is told which executions run, when that has changed */
  constructor(inner: RecordStore, afterCommit: (running: readonly string[]) => void) {
    this.#afterCommit = afterCommit
    this.#records = {
      transact: (work, options) => this.#transact(inner, work, options),
      onCommit: (listener) => inner.onCommit(listener),
      close: () => inner.close(),
    }
  }

  get records(): RecordStore {
    return this.#records
  }

  async #transact<T>(
    inner: RecordStore,
    work: (transaction: RecordTransaction) => Promise<T> | T,
    options: TransactOptions | undefined,
  ): Promise<T> {
    let seen: (readonly ['set' | 'delete', RecordKey])[] = []
    const result = await inner.transact((transaction) => {
      seen = []
      return work({
        get: (key, how) => transaction.get(key, how),
        scan: (range) => transaction.scan(range),
        set(key, value, how) {
          seen.push(['set', key])
          transaction.set(key, value, how)
        },
        delete(key) {
          seen.push(['delete', key])
          transaction.delete(key)
        },
      })
    }, options)
    this.#committed(seen)
    return result
  }

  #committed(seen: readonly (readonly ['set' | 'delete', RecordKey])[]): void {
    let isChanged = false
    /** Whose lease was taken away; when it is set again with nothing between it was renewed. */
    const without = new Set<string>()
    const end = (id: string): void => {
      const last = this.periods.get(id)?.at(-1)
      if (last !== undefined) last.isOver = true
    }
    for (const [what, key] of seen) {
      const id = String(key.at(-1))
      if (key[0] === 'flow_waiting' || key[0] === 'flow_parked') {
        if (what === 'set' && without.delete(id)) end(id)
      } else if (key[0] === 'flow_leases') {
        isChanged = true
        if (what === 'delete') without.add(id)
        else this.#leased(id, Number(key[1]), without.delete(id))
      }
    }
    for (const id of without) end(id)
    if (isChanged) this.#afterCommit(this.#running())
  }

  #leased(id: string, until: number, isRenewed: boolean): void {
    const periods = this.periods.get(id) ?? []
    this.periods.set(id, periods)
    const last = periods.at(-1)
    if (isRenewed && last !== undefined && !last.isOver) last.until = until
    else periods.push({ until, isOver: false })
  }

  #running(): readonly string[] {
    return [...this.periods].filter(([, periods]) => periods.at(-1)?.isOver === false).map(([id]) => id)
  }
}
