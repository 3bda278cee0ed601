/** What a process is started with. */
export interface Order {
  readonly customer: string
  readonly items: readonly string[]
  /** Seconds until the bank answers. */
  readonly bankTakes: number
}

export function isOrder(value: unknown): value is Order {
  return typeof value === 'object' && value !== null && 'customer' in value && 'items' in value
}
