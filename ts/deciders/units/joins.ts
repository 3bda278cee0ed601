import { UnitflowError } from '../../errors/index.js'
import { begin } from './begin-element.js'
import type { PlanNode, ProcessPlan } from './process-plan.js'
import { placesBefore } from './process-plan.js'
import { placeOf, textOf } from './run-errors.js'
import type { Join, Place, Scope, Token } from './run-state.js'
import { joined } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/** Whether tokens wait here for others. */
export function joinsAt({ element, from }: PlanNode): boolean {
  return from.length > 1 && (element.type === 'parallel-gateway' || element.type === 'inclusive-gateway')
}

/** A token waits at a gateway. @returns what all that have come are joined to, where it was the last that was missing */
export function waitAtJoin(engine: UnitEngine, token: Token, node: PlanNode): UnitData | undefined {
  const { scope, from, data } = token
  const isParallel = node.element.type === 'parallel-gateway'
  const places = isParallel ? awaited(scope.plan, node) : []
  // By a way back to it comes what the gateway has let through before.
  if (isParallel && from !== undefined && !places.includes(from)) return data
  const join: Join = scope.joins.get(node.at) ?? { from: new Set(), data: [] }
  scope.joins.set(node.at, join)
  if (from !== undefined) join.from.add(from)
  join.data.push(data)
  const waiting = engine.joining.get(scope) ?? new Set()
  engine.joining.set(scope, waiting.add(node.at))
  const isWhole = isParallel && places.every((place) => join.from.has(place))
  return isWhole ? takeJoined(engine, scope, node.at, join) : undefined
}

function takeJoined(engine: UnitEngine, scope: Scope, at: number, join: Join): UnitData {
  scope.joins.delete(at)
  const waiting = engine.joining.get(scope)
  waiting?.delete(at)
  if (waiting?.size === 0) engine.joining.delete(scope)
  scope.live -= join.data.length - 1
  return joined(join.data)
}

/**
 * Where nothing goes on by itself: lets go on what waits at inclusive gateways for branches that cannot come.
 *
 * @returns whether something goes on
 * @throws `run-stuck` where nothing can ever come
 */
export function settleJoins(engine: UnitEngine): boolean {
  for (const [scope, places] of engine.joining) {
    for (const at of places) {
      const node = scope.plan.nodes[at]
      const join = scope.joins.get(at)
      if (node === undefined || join === undefined || node.element.type !== 'inclusive-gateway') continue
      if (canCome(scope, node, join)) continue
      begin(engine, { scope }, node, takeJoined(engine, scope, at, join))
      return true
    }
    const [first = -1] = places
    const node = scope.plan.nodes[first]
    if (scope.executions.size === 0 && node !== undefined) throw stuckAt({ scope, node })
  }
  return false
}

/** Whether a branch may come from something that is under way, at a flow by which none has come. */
function canCome(scope: Scope, node: PlanNode, join: Join): boolean {
  const { plan } = scope
  const empty = node.from.filter((from) => !join.from.has(from)).map((from) => waysTo(plan, from, node.at))
  const filled = [...join.from].map((from) => waysTo(plan, from, node.at))
  const places = new Set<number>()
  for (const execution of scope.executions) {
    places.add(execution.node.at)
    for (const arm of execution.arms) places.add(arm.node.at)
  }
  for (const other of scope.joins.keys()) if (other !== node.at) places.add(other)
  // What could as well come by a flow where one waits is not waited for.
  return [...places].some(
    (place) => empty.some((ways) => ways.has(place)) && !filled.some((ways) => ways.has(place)),
  )
}

const ways = new WeakMap<ProcessPlan, Map<string, ReadonlySet<number>>>()

/** The places from which a place is reached without going through a gateway, itself included. */
function waysTo(plan: ProcessPlan, place: number, gateway: number): ReadonlySet<number> {
  const known = ways.get(plan) ?? new Map<string, ReadonlySet<number>>()
  ways.set(plan, known)
  const key = `${place} ${gateway}`
  const found = known.get(key) ?? placesBefore(plan, place, gateway)
  known.set(key, found)
  return found
}

/** The places whose tokens a parallel gateway waits for: a way back to it is none of them, for it begins behind it. */
function awaited(plan: ProcessPlan, node: PlanNode): readonly number[] {
  const first = node.from.filter((from) =>
    plan.starts.some((start) => waysTo(plan, from, node.at).has(start)),
  )
  return first.length > 0 ? first : node.from
}

function stuckAt(place: Place): UnitflowError<'run-stuck'> {
  const message = `${textOf(place)} waits for branches that cannot come any more`
  return new UnitflowError('run-stuck', message, placeOf(place))
}
