/** What a column of a row holds. */
export type DurableObjectColumn = string | number | ArrayBuffer | null

/** The SQL of a Durable Object, as far as it is used here. */
export interface DurableObjectSql {
  exec(
    query: string,
    ...bindings: (string | number | Uint8Array)[]
  ): { toArray(): Record<string, DurableObjectColumn>[] }
}

/** The storage of a Durable Object (`ctx.storage`) whose class is SQLite-backed, as far as it is used here. */
export interface DurableObjectStorage {
  readonly sql: DurableObjectSql
  transactionSync<T>(work: () => T): T
  sync(): Promise<void>
}

/** The alarm of a Durable Object (`ctx.storage`), as far as it is used here. Times are milliseconds since 1970. */
export interface DurableObjectAlarm {
  getAlarm(): Promise<number | null>
  setAlarm(time: number): Promise<void>
  sync(): Promise<void>
}
