import type { UnitflowError } from '../../errors/index.js'
import type { DescribedLoop } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import { readData } from './element-data.js'
import { beyondLimit, elementFailed } from './run-errors.js'
import { cancelExecution, completeExecution } from './end-element.js'
import { evaluateIn, isTrue } from './evaluate-expression.js'
import type { Execution, Loop, LoopItem } from './run-state.js'
import { isData, merged, NO_DATA, variable, withVariable } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/** Begins a loop: all of its turns, or the first one. */
export function startLoop(
  engine: UnitEngine,
  host: Execution,
  described: DescribedLoop,
  data: UnitData,
): void {
  const items = described.kind === 'standard' ? undefined : itemsOf(engine, host, described, data)
  const loop: Loop = {
    host,
    described,
    ...(items !== undefined && { items }),
    begun: 0,
    ended: 0,
    open: new Set(),
    data: withOutput(host, described, data),
  }
  host.turns = loop
  if (described.kind === 'parallel-multi-instance') {
    const { length } = items ?? []
    while (loop.begun < length) beginTurn(engine, loop)
    if (length === 0) endLoop(engine, loop)
    return
  }
  const isFirst = described.kind === 'standard' && described.testBefore !== true
  if (isFirst || hasNext(engine, loop)) beginTurn(engine, loop)
  else endLoop(engine, loop)
}

/** One turn is over, with these variables. */
export function turnEnded(engine: UnitEngine, turn: Execution, loop: Loop, data: UnitData): void {
  if (loop.host.isOver) return
  loop.open.delete(turn)
  loop.ended++
  takeFromTurn(loop, turn, data)
  const { kind, condition } = loop.described
  const isDone =
    kind !== 'standard' && condition !== undefined && isTrue(evaluateIn(engine.rules, turn, condition, data))
  if (kind === 'parallel-multi-instance') {
    if (isDone) for (const open of [...loop.open]) cancelExecution(engine, open)
    if (isDone || loop.ended === (loop.items?.length ?? 0)) endLoop(engine, loop)
    return
  }
  if (!isDone && hasNext(engine, loop)) beginTurn(engine, loop)
  else endLoop(engine, loop)
}

function endLoop(engine: UnitEngine, { host, data }: Loop): void {
  completeExecution(engine, host, data)
}

/** Whether there is a turn after those that have begun: of one after the other. */
function hasNext(engine: UnitEngine, loop: Loop): boolean {
  const { described, items, begun, host, data } = loop
  if (items !== undefined) return begun < items.length
  const { maximum = Infinity, condition } = described
  if (begun >= maximum) return false
  if (begun >= engine.rules.limits.visits) throw tooMany(host, 'visits', engine.rules.limits.visits)
  return condition === undefined || isTrue(evaluateIn(engine.rules, host, condition, data))
}

/** Turns are begun by tokens, so that one that ends at once does not begin the next one inside itself. */
function beginTurn(engine: UnitEngine, loop: Loop): void {
  const { host, described, items, data } = loop
  const turn = loop.begun++
  const item = items?.[turn]
  const { inputItem } = described
  const begins =
    item === undefined || inputItem === undefined ? data : withVariable(data, inputItem.id, item.value)
  engine.send({ scope: host.scope, to: host.node.at, data: begins, turn: { loop, turn } })
}

/** The items that the turns go through: of a collection, or so many numbers from 0. */
function itemsOf(
  engine: UnitEngine,
  host: Execution,
  { dataInput, cardinality }: DescribedLoop,
  data: UnitData,
): readonly LoopItem[] {
  const { instances } = engine.rules.limits
  const items = dataInput === undefined ? countedItems() : collectionItems(dataInput.id)
  if (items.length > instances) throw tooMany(host, 'instances', instances)
  return items

  function countedItems(): readonly LoopItem[] {
    const count = evaluateIn(engine.rules, host, cardinality ?? '0', data)
    if (typeof count !== 'number' || !Number.isInteger(count)) {
      throw elementFailed(host, 'the number of its instances is no whole number')
    }
    if (count > instances) throw tooMany(host, 'instances', instances)
    return Array.from({ length: Math.max(0, count) }, (_, value) => ({ value }))
  }

  function collectionItems(id: string): readonly LoopItem[] {
    const collection = readData(host.scope, data, id)?.value
    if (typeof collection === 'string') return Array.from(collection, (value) => ({ value }))
    if (Array.isArray(collection)) return collection.map((value: Value) => ({ value }))
    if (isData(collection)) return Object.entries(collection).map(([key, value]) => ({ key, value }))
    throw elementFailed(host, `${id}, which it is to go through, is no collection`)
  }
}

/** The variables of the loop, with the collection of its outputs: empty, of the kind of what it goes through. */
function withOutput(host: Execution, described: DescribedLoop, data: UnitData): UnitData {
  const { dataInput, dataOutput } = described
  if (dataOutput === undefined) return data
  const present = variable(data, dataOutput.id)
  if (present === undefined) {
    const input = dataInput === undefined ? undefined : readData(host.scope, data, dataInput.id)?.value
    return withVariable(data, dataOutput.id, isData(input) ? NO_DATA : [])
  }
  if (dataInput?.id === dataOutput.id || isData(present)) return data
  if (Array.isArray(present) && present.length === 0) return data
  throw elementFailed(host, `${dataOutput.id}, which its results go to, is neither empty nor an object`)
}

/** What comes out of a turn: its output, where the loop collects outputs; or all that it has set. */
function takeFromTurn(loop: Loop, turn: Execution, data: UnitData): void {
  const { described, host, items } = loop
  const { dataInput, dataOutput, outputItem } = described
  if (dataOutput === undefined || outputItem === undefined) {
    loop.data = merged(loop.data, data)
    return
  }
  if (!Object.hasOwn(data, outputItem.id)) throw elementFailed(host, `a turn has not given ${outputItem.id}`)
  const output = variable(data, outputItem.id)
  const at = turn.turn ?? 0
  const collected = variable(loop.data, dataOutput.id)
  if (isData(collected)) {
    const key = items?.[at]?.key ?? String(at)
    loop.data = withVariable(loop.data, dataOutput.id, withVariable(collected, key, output))
    return
  }
  const list: readonly Value[] = Array.isArray(collected) ? collected : []
  const next =
    dataInput?.id === dataOutput.id
      ? list.map((value, index) => (index === at ? output : value))
      : [...list, output]
  loop.data = withVariable(loop.data, dataOutput.id, next)
}

function tooMany(
  host: Execution,
  limit: 'visits' | 'instances',
  maximum: number,
): UnitflowError<'run-limit'> {
  return beyondLimit(host, limit, maximum, `would be done more than ${maximum} times`)
}
