import { UnitflowError } from '../../errors/index.js'
import { define } from '../../values/index.js'
import type { Context, Execution, FlowEvent } from '../execution/index.js'
import type { FlowRecords } from './flow-records.js'
import { READ } from './stored-form.js'

/** The events with the values of an execution: see `Execution.values`. */
export async function valuesOf(
  { transaction }: FlowRecords,
  { id, values }: Execution,
): Promise<readonly FlowEvent[]> {
  const found: FlowEvent[] = []
  for (const step of values) {
    const [record] = await transaction.scan({ from: ['flow_history', id, step], limit: 1 })
    const event = record && READ.events(record.value).find((one) => one.step === step)
    if (event !== undefined) found.push(event)
  }
  return found
}

/** The values that events have brought, by name. @throws `bad-payload` where they are sealed still */
export function contextOf(events: readonly FlowEvent[]): Context {
  const context: Record<string, Context[string]> = {}
  for (const event of events) {
    if ('sealed' in event) throw stillSealed()
    if ('input' in event) assign(context, event.input)
    if ('outputs' in event) assign(context, event.outputs)
    if ('context' in event) assign(context, event.context)
  }
  return context
}

function assign(context: Record<string, Context[string]>, values: Context): void {
  for (const [name, value] of Object.entries(values)) define(context, name, value)
}

/** What a codec has encoded is read by whoever has it. */
export function stillSealed(): UnitflowError<'bad-payload'> {
  const problem = 'values that a payload codec has sealed, and no codec to open them'
  return new UnitflowError('bad-payload', `found ${problem}`, { codec: 'none', problem })
}
