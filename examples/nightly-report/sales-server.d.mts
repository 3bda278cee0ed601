export interface SalesServer {
  readonly url: string
  requests(): number
  close(): void
}

export function startSalesServer(options?: {
  readonly failures?: number
  readonly before?: () => Promise<void> | void
}): Promise<SalesServer>
