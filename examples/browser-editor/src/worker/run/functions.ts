import type { UnitTask } from 'unitflow/deciders/units'
import { readRecord } from '../catalogue.js'
import { fromBytes, inTurn, storeOf, toBytes } from '../database.js'
import { isFunction, runFunction } from './assignments.js'

/** Where the functions of a workflow are, in its store: they go with it. */
const KEY = 'editor/functions'

/** The functions of a workflow's elements. */
export interface Functions {
  /** Keys of all elements that were ever found to need one: runs of older versions may need them still. */
  readonly known: ReadonlySet<string>
  /** The person's own, by key. */
  readonly own: ReadonlyMap<string, string>
}

interface Stored {
  readonly known: readonly string[]
  readonly own: readonly (readonly [string, string])[]
}

/** Nothing where nobody has looked at running this workflow. */
export async function readFunctions(id: string): Promise<Functions | undefined> {
  // A store that is asked for something is made, also that of a workflow which another tab has removed.
  await readRecord(id)
  const bytes = await storeOf(id).get(KEY)
  if (bytes === undefined) return undefined
  const { known, own } = fromBytes(bytes) as Stored
  return { known: new Set(known), own: new Map(own) }
}

/** Changes what is stored; tabs take turns. */
export function changeFunctions(id: string, change: (functions: Functions) => Functions): Promise<Functions> {
  return inTurn(id, async () => {
    const changed = change((await readFunctions(id)) ?? { known: new Set(), own: new Map() })
    const stored: Stored = { known: [...changed.known], own: [...changed.own] }
    await storeOf(id).set(KEY, toBytes(stored))
    return changed
  })
}

/** What an element does: the person's own function, or the spec's script where that can be run as it stands. */
export function doElement(own: string | undefined, task: UnitTask): unknown {
  const { script } = task
  if (own !== undefined) return runFunction(own, task)
  if (script !== undefined && isFunction(script)) return runFunction(script, task)
  throw Object.assign(new Error('it has no function yet: write one, and try again'), { name: 'no-function' })
}
