import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import type { Dialect, Drawn, Model } from '../../units/description/spec-builder.js'
import { none, processSpec } from '../../units/description/spec-builder.js'

export type { Dialect, Drawn, Model }

type More = Partial<Omit<Drawn, 'id'>>

/** A task that does nothing in particular. */
export function plain(id: string, more: More = {}): Drawn {
  return { id, typename: 'NoneTask', ...more }
}

export function script(id: string, text = 'x = 1'): Drawn {
  return { id, typename: 'ScriptTask', fields: { script: text } }
}

export function service(id: string, operation: string, fields: Record<string, unknown> = {}): Drawn {
  return {
    id,
    typename: 'ServiceTask',
    fields: { operation_name: operation, operation_params: {}, ...fields },
  }
}

export function call(id: string, process: string, fields: Record<string, unknown> = {}): Drawn {
  return { id, typename: 'CallActivity', fields: { spec: process, ...fields } }
}

/** The process of the same id stands inside. */
export function embed(id: string): Drawn {
  return { id, typename: 'SubWorkflowTask', fields: { spec: id } }
}

export function event(id: string, typename: string, definition = 'NoneEventDefinition'): Drawn {
  return { id, typename, fields: { event_definition: { ...none, typename: definition } } }
}

/** A start event, these elements one after the other, and an end event. */
export function line(id: string, ...drawn: readonly Drawn[]): Model {
  const elements = [event('Start_1', 'StartEvent'), ...drawn, event('End_1', 'EndEvent')]
  const connected = elements.map((element, at) => {
    const next = elements[at + 1]
    return next === undefined || element.to !== undefined ? element : { ...element, to: [next.id] }
  })
  return { id, starts: ['Start_1'], drawn: connected }
}

/** The text of a workflow: the first process is the one at its top. */
export function workflowText(dialect: Dialect, top: Model, ...others: readonly Model[]): string {
  return JSON.stringify({
    spec: processSpec(top, dialect),
    subprocess_specs: Object.fromEntries(others.map((model) => [model.id, processSpec(model, dialect)])),
    serializer_version: '1.4',
  })
}

/** A store that holds a workflow under `key`. */
export async function cached(...processes: readonly [Model, ...Model[]]): Promise<CacheStore> {
  const store = createMemoryStore()
  await cache(store, ...processes)
  return store
}

/** Caches another version. @returns its hash */
export async function cache(store: CacheStore, ...processes: readonly [Model, ...Model[]]): Promise<string> {
  const report = await cacheElementUnitsForWorkflow(store, 'key', workflowText('c', ...processes))
  return report.version
}
