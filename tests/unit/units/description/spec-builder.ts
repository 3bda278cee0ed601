import type { ElementUnit, UnitSpec } from '../../../../ts/units/element-unit.js'

export type Dialect = 'a' | 'b' | 'c'
export const dialects: readonly Dialect[] = ['a', 'b', 'c']

type Json = Record<string, unknown>

/** An element as drawn, from which the builder writes what each dialect's parser would. */
export interface Drawn {
  readonly id: string
  readonly typename: string
  readonly name?: string
  /** Where its flows lead, from top to bottom; a condition stands behind the target. */
  readonly to?: readonly (string | readonly [target: string, condition: string])[]
  /** The target of the default flow. */
  readonly default?: string
  readonly attachedTo?: string
  /** The loop's own task; `typename` is the child's then. */
  readonly loop?: { readonly typename: string } & Json
  readonly fields?: Json | ((dialect: Dialect) => Json)
  /** How far down it stands. */
  readonly y?: number
}

export interface Model {
  readonly id: string
  readonly name?: string
  readonly drawn: readonly Drawn[]
  readonly starts: readonly string[]
  readonly triggers?: readonly string[]
  readonly fields?: Json | ((dialect: Dialect) => Json)
}

export const none: Json = { typename: 'NoneEventDefinition' }

/** Writes a model in a dialect, with the internal tasks that its parser adds. */
export function processSpec(model: Model, dialect: Dialect): Json {
  const tasks = new Map<string, Json>()
  const guarded = new Set(model.drawn.flatMap((drawn) => drawn.attachedTo ?? []))
  const guardOf = (id: string): string => `${id}.BoundaryEvent${dialect === 'a' ? 'Parent' : 'Split'}`
  const entry = (id: string): string => (guarded.has(id) ? guardOf(id) : id)
  const byId = new Map(model.drawn.map((drawn) => [drawn.id, drawn]))

  const put = (
    key: string,
    typename: string,
    outputs: readonly string[],
    drawn: Drawn | undefined,
    more: Json,
  ): void => {
    const fields = { name: key, typename, inputs: [], outputs, manual: false, lookahead: 2, ...more }
    if (dialect !== 'a') {
      const named = key.endsWith(' [child]') || drawn?.loop === undefined ? drawn?.name : undefined
      tasks.set(key, {
        ...fields,
        bpmn_id: drawn?.id ?? null,
        bpmn_name: named ?? null,
        description: 'BPMN Task',
      })
    } else if (drawn === undefined) {
      const positioned = typename === '_BoundaryEventParent' ? { position: { x: 0, y: 0 } } : {}
      tasks.set(key, { ...fields, id: String(tasks.size), description: '', internal: false, ...positioned })
    } else {
      // Dialect A forgets where loops were drawn.
      const y = drawn.loop === undefined || key.endsWith(' [child]') ? (drawn.y ?? 0) : 0
      tasks.set(key, {
        ...fields,
        id: String(tasks.size),
        description: drawn.name ?? null,
        position: { x: 0, y },
      })
    }
  }

  const end = `${model.id}.EndJoin`
  const starts = model.starts.map(entry)
  const split = dialect === 'c' && starts.length > 1
  if (dialect === 'b') put('Root', 'SimpleBpmnTask', [], undefined, {})
  put(
    'Start',
    dialect === 'a' ? 'StartTask' : 'BpmnStartTask',
    split ? ['StartEventSplit'] : starts,
    undefined,
    {
      ...(model.triggers ? { trigger_specs: model.triggers } : {}),
    },
  )
  put(end, '_EndJoin', ['End'], undefined, {})
  put('End', dialect === 'a' ? 'Simple' : 'SimpleBpmnTask', [], undefined, {})
  if (split) {
    put('StartEventSplit', 'StartEventSplit', starts, undefined, {})
    put('StartEventJoin', 'StartEventJoin', [], undefined, { split_task: 'StartEventSplit', threshold: 1 })
  }

  for (const drawn of model.drawn) {
    const ways = (drawn.to ?? []).map((way) =>
      typeof way === 'string' ? { to: way } : { to: way[0], condition: way[1] },
    )
    if (dialect === 'a') {
      const height = (id: string): number =>
        guarded.has(id) || byId.get(id)?.loop ? 0 : (byId.get(id)?.y ?? 0)
      ways.sort((one, other) => height(one.to) - height(other.to))
    }
    const outputs = [...new Set(ways.map((way) => entry(way.to)))]
    if (drawn.typename === 'EndEvent') outputs.push(end)
    if (guarded.has(drawn.id) && dialect !== 'a') outputs.unshift(`${drawn.id}.BoundaryEventJoin`)
    if (drawn.attachedTo !== undefined && dialect !== 'a')
      outputs.push(`${drawn.attachedTo}.BoundaryEventJoin`)
    if (drawn.typename === 'StartEvent' && split) outputs.push('StartEventJoin')
    const more: Json = { ...(typeof drawn.fields === 'function' ? drawn.fields(dialect) : drawn.fields) }
    if (drawn.typename === 'ExclusiveGateway' || drawn.typename === 'InclusiveGateway') {
      more['cond_task_specs'] = ways.map((way) => ({
        condition: way.condition ?? null,
        task_spec: entry(way.to),
      }))
      more['choice'] = null
    }
    if (drawn.typename === 'ExclusiveGateway') {
      more['default_task_spec'] = drawn.default === undefined ? null : entry(drawn.default)
    }
    if (drawn.loop === undefined) put(drawn.id, drawn.typename, outputs, drawn, more)
    else {
      const child = `${drawn.id} [child]`
      put(drawn.id, drawn.loop.typename, outputs, drawn, { ...drawn.loop, task_spec: child })
      put(child, drawn.typename, [], drawn, more)
    }
    if (guarded.has(drawn.id)) {
      const events = model.drawn.filter((event) => event.attachedTo === drawn.id).map((event) => event.id)
      const behind = [drawn.id, ...events]
      const typename = dialect === 'a' ? '_BoundaryEventParent' : 'BoundaryEventSplit'
      put(
        guardOf(drawn.id),
        typename,
        behind,
        undefined,
        dialect === 'a' ? { main_child_task_spec: drawn.id } : {},
      )
      if (dialect !== 'a') {
        put(`${drawn.id}.BoundaryEventJoin`, 'BoundaryEventJoin', [], undefined, {
          split_task: guardOf(drawn.id),
        })
      }
    }
  }
  return {
    name: model.id,
    typename: 'BpmnProcessSpec',
    description: model.name ?? model.id,
    task_specs: Object.fromEntries(tasks),
    data_objects: {},
    correlation_keys: {},
    io_specification: null,
    ...(typeof model.fields === 'function' ? model.fields(dialect) : model.fields),
  }
}

/** A unit of these processes, given as values or as text. */
export function unitOf(specs: Readonly<Record<string, unknown>>, lazy: readonly string[] = []): ElementUnit {
  const held = Object.create(null) as Record<string, UnitSpec>
  for (const [id, spec] of Object.entries(specs)) {
    held[id] = { hash: 'x'.repeat(64), text: typeof spec === 'string' ? spec : JSON.stringify(spec) }
  }
  const ids = Object.keys(specs)
  return {
    processId: ids[0] ?? '',
    specs: held,
    rest: '{}',
    included: ids.sort(),
    reentered: false,
    lazy,
    missing: [],
  }
}

/** The unit of a process given by its tasks alone, for specs that no parser would write. */
export function unitOfTasks(tasks: Readonly<Record<string, unknown>>): ElementUnit {
  return unitOf({ p: { name: 'p', typename: 'BpmnProcessSpec', task_specs: tasks } })
}
