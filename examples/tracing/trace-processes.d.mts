import type { Tracer } from '@opentelemetry/api'
import type { ObservableBackend } from 'unitflow/deciders'
import type { SpanIds } from './span-ids.mjs'

export function traceProcesses(backend: ObservableBackend, tracer: Tracer, ids: SpanIds): () => Promise<void>
