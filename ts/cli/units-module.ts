import type {
  Evaluate,
  UnitActivity,
  UnitBindings,
  UnitFunction,
  UnitLimits,
} from '../deciders/units/index.js'
import type { Schema } from '../schema/index.js'
import { ExitCode } from './exit-code.js'
import { CommandError } from './failures.js'
import { importedModule } from './imported-module.js'
import type { Io } from './io.js'

/** What the option that names the module is, for help texts. */
export const BIND_HELP =
  'ES module with the functions and activities: exports each by element id or operation, or `activities`, an object of all'

/** What a module binds elements to. */
export interface UnitModule {
  readonly activities: UnitBindings
  readonly evaluate?: Evaluate
  readonly input?: Schema<unknown, object>
  readonly limits?: UnitLimits
}

/**
 * What a module exports, by name or in its default export: `activities`, and beside it `evaluate`, `input`, `limits`; or
 * each function and activity by itself.
 *
 * @throws `FileError`, {@link CommandError} `bad-module`, `no-bindings`
 */
export async function loadBindings(io: Io, module: string): Promise<UnitModule> {
  const { default: byDefault, ...named } = objectOf(await importedModule(io, module)) ?? {}
  const exported = { ...(isBinding(byDefault) ? undefined : objectOf(byDefault)), ...named }
  const { activities: table, evaluate, input, limits } = exported
  const all = objectOf(table)
  if (all !== undefined && !isBinding(all)) {
    return {
      activities: bindingsOf(all, module),
      ...(isEvaluate(evaluate) && { evaluate }),
      ...(isSchema(input) && { input }),
      ...(isLimits(limits) && { limits }),
    }
  }
  const activities = Object.fromEntries(Object.entries(exported).filter(isBound))
  if (Object.keys(activities).length > 0) return { activities }
  const message = `${module} exports no function and no activity`
  throw new CommandError('no-bindings', message, ExitCode.refused, {
    hint: 'export const activities = { Register_Order: (task) => ({ registered: true }) }',
    fields: { module },
  })
}

/** @throws {@link CommandError} `bad-module` for what is neither */
function bindingsOf(table: Readonly<Record<string, unknown>>, module: string): UnitBindings {
  const bindings: [string, UnitActivity | UnitFunction][] = []
  for (const entry of Object.entries(table)) {
    if (isBound(entry)) {
      bindings.push(entry)
      continue
    }
    const message = `\`activities\` of ${module}: ${JSON.stringify(entry[0])} is neither a function nor an activity`
    throw new CommandError('bad-module', message, ExitCode.refused, { fields: { module } })
  }
  return Object.fromEntries(bindings)
}

function isBound(entry: [string, unknown]): entry is [string, UnitActivity | UnitFunction] {
  return isBinding(entry[1])
}

/** An activity by what it holds: the module may have another copy of this package. */
function isBinding(value: unknown): value is UnitActivity | UnitFunction {
  if (typeof value === 'function') return true
  const { type, name, category } = objectOf(value) ?? {}
  return type === 'activity' && typeof name === 'string' && typeof category === 'string'
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isEvaluate(value: unknown): value is Evaluate {
  return typeof value === 'function'
}

function isSchema(value: unknown): value is Schema<unknown, object> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value
}

function isLimits(value: unknown): value is UnitLimits {
  return isRecord(value) && Object.values(value).every((limit) => typeof limit === 'number')
}

/** How long (ms) a task waits for a program that does it: as long as nobody goes on with its run. */
const AS_LONG_AS_IT_TAKES = 365 * 24 * 60 * 60 * 1000

/**
 * The same bindings with activities of a workflow's own: by its name, so that the activities of other workflows in the file
 * are not mixed up with them, and without hurry.
 */
export function ownBindings(workflow: string, bindings: UnitBindings): UnitBindings {
  const made = new Map<UnitActivity, UnitActivity>()
  const own = (bound: UnitActivity): UnitActivity => {
    const scheduleToStart = Math.max(bound.scheduleToStart, AS_LONG_AS_IT_TAKES)
    const known = made.get(bound) ?? {
      ...bound,
      name: `${workflow}/${bound.name}`,
      category: workflow,
      scheduleToStart,
    }
    made.set(bound, known)
    return known
  }
  return Object.fromEntries(
    Object.entries(bindings).map(([key, bound]) => [key, typeof bound === 'function' ? bound : own(bound)]),
  )
}
