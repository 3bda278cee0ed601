import { assertThat } from '../../checks/index.js'
import type { ErrorData } from '../../errors/index.js'
import { errorToData, isUnitflowError } from '../../errors/index.js'
import type { Fields } from '../../fields/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
// Not from the index of units: who only reads needs no core.
import type { HeldVersion } from '../../units/hold-version.js'
import { heldVersions, holdVersion } from '../../units/hold-version.js'
import type { AnyFlow, Flow, FlowOptions } from '../definitions/index.js'
import type { ExpansionLimits } from './expand-process.js'
import { FlowMaker } from './flow-maker.js'
import type { ElementTasks } from './flow-element.js'

/** How a flow is made from a process. */
export interface UnitFlowOptions<
  Input extends Fields = Fields,
  Result extends Fields = Fields,
> extends FlowOptions {
  readonly tasks: ElementTasks
  /** @default the id of the process */
  readonly name?: string
  /**
   * What the flow is scheduled with, for all its tasks. It cannot be known from a spec when code is compiled: say it here,
   * and `schedule` is checked. @default the inputs of its first task
   */
  readonly input?: Input
  /** Some of what is there at its end, each given by a task or handed in: what it is is checked where it is given last. */
  readonly result?: Result
  /** How much processes that stand in one another may be. */
  readonly expansion?: ExpansionLimits
  /** The grace time (ms) that `prune` is called with, where it is shorter than 24 hours: see `holdVersion`. */
  readonly grace?: number
  /** Aborts between the rounds of reading. */
  readonly signal?: AbortSignal
}

/** What a flow was made from. */
export interface UnitOfFlow {
  readonly cacheKey: string
  readonly processId: string
  /** Hex SHA-256 of the workflow's version, which is held. */
  readonly version: string
  /** Held versions of the same workflow that make no flow with these tasks: their executions are refused. */
  readonly refused: readonly RefusedVersion[]
}

/** A held version that makes no flow, and why. */
export interface RefusedVersion {
  readonly version: string
  readonly error: ErrorData
}

/** A flow that was made from a process of a cached workflow. */
export interface UnitFlow<Input extends Fields = Fields, Result extends Fields = Fields> extends Flow {
  readonly input: Input
  readonly result: Result
  readonly source: string
  readonly unit: UnitOfFlow
}

/**
 * Makes a flow of a process of a cached workflow (U35): what is drawn as one line, from a start to an end, without branches,
 * loops, boundary events and events that are waited for. Processes that it embeds or calls stand in its place. Plain events
 * and gateways are passed over; each other element is done by the task that is bound to it.
 *
 * The version of the workflow is held. An execution that was started on another version which is held goes on with the
 * objects of then: those definitions are the flow's `earlier` ones, as far as these tasks still fit them.
 *
 * @example
 * const nightly = await flowFromUnit(store, 'reports', 'Nightly', { tasks: { Download: download, 'http/Get': get } })
 * @throws (by rejecting) `not-linear`; `unbound-elements`, all of them; `bad-flow` where a task needs what none before it
 * gives, with its element; `expansion-limit`, `bad-argument`; what `holdVersion` and `readElementUnit` throw
 */
export async function flowFromUnit<Input extends Fields = Fields, Result extends Fields = Fields>(
  store: CacheStore,
  cacheKey: string,
  processId: string,
  options: UnitFlowOptions<Input, Result>,
): Promise<UnitFlow<Input, Result>>
export async function flowFromUnit(
  store: CacheStore,
  cacheKey: string,
  processId: string,
  options: UnitFlowOptions,
): Promise<UnitFlow> {
  assertThat(
    'flowFromUnit',
    'options { tasks }',
    typeof options === 'object' && (options as unknown) !== null,
  )
  const { result = {}, grace, signal, earlier = [] } = options
  const maker = new FlowMaker(store, cacheKey, processId, options)
  const held = await holdVersion(store, cacheKey, {
    ...(grace !== undefined && { grace }),
    ...(signal !== undefined && { signal }),
  })
  const now = await maker.make(held.version)
  const before: AnyFlow[] = []
  const refused: RefusedVersion[] = []
  for (const version of await otherVersions(store, cacheKey, held)) {
    try {
      before.push((await maker.make(version)).under({}))
    } catch (error) {
      signal?.throwIfAborted()
      if (isUnitflowError(error) && error.code.startsWith('store-')) throw error
      refused.push({ version, error: errorToData(error) })
    }
  }
  const { version } = held
  return Object.freeze({
    ...now.under({ earlier: [...earlier, ...before] }),
    input: now.input,
    result: Object.freeze({ ...result }),
    source: version,
    unit: Object.freeze({ cacheKey, processId, version, refused: Object.freeze(refused) }),
  })
}

/** The held versions of the same workflow: two cache keys with the same one share what is held. */
async function otherVersions(
  store: CacheStore,
  cacheKey: string,
  now: HeldVersion,
): Promise<readonly string[]> {
  const held = await heldVersions(store)
  return held
    .filter((one) => one.version !== now.version && (one.cacheKey === cacheKey || one.top === now.top))
    .map(({ version }) => version)
}
