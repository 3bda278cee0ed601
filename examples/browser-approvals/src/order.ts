/** What a process is started with. */
export interface Order {
  readonly customer: string
  readonly items: readonly string[]
  /** Seconds until the bank answers. */
  readonly bankTakes: number
}
