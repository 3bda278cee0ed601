// Runs an order, and prints its spans.
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  completeProcess,
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  defineRuleSet,
  of,
  scheduleActivity,
  startChildProcess,
} from 'unitflow/deciders'
import { createMemoryRecords } from 'unitflow/records/memory'
import { SpanIds } from './span-ids.mjs'
import { spanLines } from './span-lines.mjs'
import { traceProcesses } from './trace-processes.mjs'

const charge = defineActivity(
  'charge',
  { retry: { attempts: 3, backoff: { initial: '20ms', factor: 1 } } },
  (/** @type {readonly string[]} */ items, { attempt }) => {
    if (attempt === 1) throw new Error('the bank is busy')
    return `${items.length} items paid`
  },
)
const pack = defineActivity('pack', (/** @type {string} */ item) => {
  if (item === 'vase') throw new Error('it is broken')
  return `parcel with a ${item}`
})

const parcel = defineRuleSet({
  name: 'parcel',
  input: /** @type {import('unitflow/deciders').Schema<string>} */ (of()),
  activities: [pack],
  rules: (when) => [
    when.started((process) => scheduleActivity(pack, process.input)),
    when.settled(() => completeProcess()),
  ],
})
const order = defineRuleSet({
  name: 'order',
  input: /** @type {import('unitflow/deciders').Schema<readonly string[]>} */ (of()),
  activities: [charge],
  children: [parcel],
  rules: (when) => [
    when.started((process) => scheduleActivity(charge, process.input)),
    when.completed(charge, (_, process) =>
      process.input.map((item) => startChildProcess(parcel, item, { id: `${process.id}/${item}` })),
    ),
    when.settled(() => completeProcess()),
  ],
})

// An OTLP exporter and a BatchSpanProcessor take the place of these two where there is a collector.
const exporter = new InMemorySpanExporter()
const idGenerator = new SpanIds()
const provider = new BasicTracerProvider({
  idGenerator,
  spanProcessors: [new SimpleSpanProcessor(exporter)],
})

const backend = createBackend({ records: createMemoryRecords() })
const endTracing = traceProcesses(backend, provider.getTracer('orders'), idGenerator)
const manager = createManager({ backend, workflows: [order] })

const stopping = new AbortController()
const { signal } = stopping
const workers = [
  createDecisionWorker(manager, { identity: 'decider' }).run({ signal }),
  createActivityWorker(manager, { identity: 'worker', concurrency: 4 }).run({ signal }),
]
await manager.result(await manager.start(order, ['mug', 'vase'], { id: 'order-1', tags: ['shop'] }))
stopping.abort()
await Promise.all(workers)

await endTracing()
for (const line of spanLines(exporter.getFinishedSpans())) console.log(line)
await provider.shutdown()
