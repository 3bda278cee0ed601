import type { IdGenerator } from '@opentelemetry/sdk-trace-base'

export class SpanIds implements IdGenerator {
  generateTraceId(): string
  generateSpanId(): string
  giving<T>(ids: { readonly traceId: string; readonly spanId: string }, work: () => T): T
}
export function traceIdOf(root: string): string
export function spanIdOf(process: string, seq?: number): string
