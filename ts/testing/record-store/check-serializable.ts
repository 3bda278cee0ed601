/** One thing that a transaction has done: an element was put at the end of a list, or a whole list was read. */
export type HistoryOperation =
  | { readonly type: 'append'; readonly list: string; readonly element: number }
  | { readonly type: 'read'; readonly list: string; readonly elements: readonly number[] }

/** A transaction as whoever has called it has seen it. */
export interface HistoryTransaction {
  readonly id: string
  /** In order; of the run that counted, where the work was run again. */
  readonly operations: readonly HistoryOperation[]
  /** `unknown`: nobody has heard how it ended (a crash, say). */
  readonly outcome: 'committed' | 'failed' | 'unknown'
  /** When it was called, and when it had ended, on any clock that all share: one that ended before another began came first. */
  readonly began: number
  readonly ended: number
}

/** Something that no order of whole transactions, one after the other, can explain. */
export interface Anomaly {
  readonly type:
    | 'element-appended-twice'
    | 'element-read-twice'
    | 'read-of-nothing'
    | 'read-of-failed'
    | 'read-of-a-part'
    | 'own-writes-not-seen'
    | 'lists-disagree'
    | 'cycle'
  readonly message: string
}

type EdgeType = 'was read by' | 'was appended to by' | 'had not seen' | 'had ended before'

interface Edge {
  readonly to: string
  readonly type: EdgeType
}

/**
 * Checks whether a history of concurrent transactions over lists is strictly serializable: whether there is one order of
 * whole transactions, each after those that had ended before it began, that explains everything that was read.
 *
 * Each element is appended once in the whole history, so what was read tells in which order appends happened, and which of
 * them a reader has not seen: an idea of Kyle Kingsbury's and Peter Alvaro's (Elle, 2020), here in small.
 *
 * @returns what is wrong; nothing where all is well
 */
export function checkSerializable(history: readonly HistoryTransaction[]): Anomaly[] {
  const anomalies: Anomaly[] = []
  const report = (type: Anomaly['type'], message: string): void => void anomalies.push({ type, message })
  const appenders = appendersOf(history, report)
  const observed = observedOf(history)
  // Of those that nobody has heard of, what was read has happened.
  const counted = history.filter(({ outcome, operations }) => {
    if (outcome !== 'unknown') return outcome === 'committed'
    return operations.some((it) => it.type === 'append' && observed.has(elementName(it.list, it.element)))
  })
  const orders = ordersOf(counted, report)
  for (const transaction of counted) checkReads(transaction, appenders, report)
  // With lists that disagree there is no order to look for circles in.
  if (anomalies.length > 0) return anomalies
  const cycle = shortestCycle(edgesOf(counted, orders, appenders))
  if (cycle !== undefined) report('cycle', cycle)
  return anomalies
}

type Report = (type: Anomaly['type'], message: string) => void
type Appenders = ReadonlyMap<string, HistoryTransaction>

function elementName(list: string, element: number): string {
  return `${element} of ${list}`
}

function appendersOf(history: readonly HistoryTransaction[], report: Report): Appenders {
  const appenders = new Map<string, HistoryTransaction>()
  for (const transaction of history) {
    for (const operation of transaction.operations) {
      if (operation.type !== 'append') continue
      const name = elementName(operation.list, operation.element)
      if (appenders.has(name))
        report('element-appended-twice', `${name}: each element is to be appended once`)
      appenders.set(name, transaction)
    }
  }
  return appenders
}

function observedOf(history: readonly HistoryTransaction[]): ReadonlySet<string> {
  const observed = new Set<string>()
  for (const { outcome, operations } of history) {
    if (outcome !== 'committed') continue
    for (const operation of operations) {
      if (operation.type !== 'read') continue
      for (const element of operation.elements) observed.add(elementName(operation.list, element))
    }
  }
  return observed
}

/** The longest list that was read of each; all others must be beginnings of it. */
function ordersOf(
  counted: readonly HistoryTransaction[],
  report: Report,
): ReadonlyMap<string, readonly number[]> {
  const orders = new Map<string, readonly number[]>()
  const reads = counted.flatMap(({ id, operations }) =>
    operations.flatMap((it) => (it.type === 'read' ? [{ id, ...it }] : [])),
  )
  for (const { list, elements } of reads) {
    if (elements.length > (orders.get(list)?.length ?? 0)) orders.set(list, elements)
  }
  for (const { id, list, elements } of reads) {
    const order = orders.get(list) ?? []
    if (elements.every((element, at) => order[at] === element)) continue
    report('lists-disagree', `${id} read ${list} as [${elements.join(' ')}], another as [${order.join(' ')}]`)
  }
  for (const [list, order] of orders) {
    if (new Set(order).size < order.length) report('element-read-twice', `${list}: [${order.join(' ')}]`)
  }
  return orders
}

/** What a transaction has read: of committed transactions, of each all or nothing, and its own appends at the end. */
function checkReads(transaction: HistoryTransaction, appenders: Appenders, report: Report): void {
  const own = new Map<string, number[]>()
  for (const operation of transaction.operations) {
    const { list } = operation
    const appended = own.get(list) ?? []
    if (operation.type === 'append') {
      own.set(list, [...appended, operation.element])
      continue
    }
    const { elements } = operation
    const shown = `${transaction.id} read ${list} as [${elements.join(' ')}]`
    const end = elements.slice(elements.length - appended.length)
    if (end.join() !== appended.join()) {
      report('own-writes-not-seen', `${shown}, after it had appended [${appended.join(' ')}]`)
    }
    for (const element of elements) {
      const by = appenders.get(elementName(list, element))
      if (by === undefined) report('read-of-nothing', `${shown}: nobody has appended ${element}`)
      else if (by.outcome === 'failed')
        report('read-of-failed', `${shown}: ${by.id}, which failed, appended ${element}`)
      else if (by !== transaction && lacksAPart(by, list, elements)) {
        report('read-of-a-part', `${shown}: ${by.id} has appended more to it`)
      }
    }
  }
}

function lacksAPart(by: HistoryTransaction, list: string, elements: readonly number[]): boolean {
  return by.operations.some(
    (it) => it.type === 'append' && it.list === list && !elements.includes(it.element),
  )
}

function edgesOf(
  counted: readonly HistoryTransaction[],
  orders: ReadonlyMap<string, readonly number[]>,
  appenders: Appenders,
): ReadonlyMap<string, readonly Edge[]> {
  const edges = new Map<string, Edge[]>(counted.map(({ id }) => [id, []]))
  const add = (from: string | undefined, type: EdgeType, to: string | undefined): void => {
    if (from !== undefined && to !== undefined && from !== to) edges.get(from)?.push({ to, type })
  }
  const by = (list: string, element: number | undefined): string | undefined =>
    element === undefined ? undefined : appenders.get(elementName(list, element))?.id
  for (const [list, order] of orders) {
    order.forEach((element, at) => {
      add(by(list, element), 'was appended to by', by(list, order[at + 1]))
    })
  }
  // What nobody has read was appended after everything that somebody has.
  for (const { id, operations } of counted) {
    for (const operation of operations) {
      const order = orders.get(operation.list) ?? []
      if (operation.type === 'append' && !order.includes(operation.element)) {
        add(by(operation.list, order.at(-1)), 'was appended to by', id)
        for (const reader of counted) {
          const read = reader.operations.some((it) => it.type === 'read' && it.list === operation.list)
          if (read) add(reader.id, 'had not seen', id)
        }
      }
      if (operation.type !== 'read') continue
      add(by(operation.list, operation.elements.at(-1)), 'was read by', id)
      // Its own appends may stand at the end of what it has read; what follows them is the next one's.
      add(id, 'had not seen', by(operation.list, order[operation.elements.length]))
    }
  }
  for (const transaction of counted) {
    if (transaction.outcome === 'unknown') continue
    const later = counted.filter(({ began }) => began > transaction.ended)
    // To those that are after one of these it is a way over that one.
    const first = later.reduce((least, { ended, outcome }) => (outcome === 'unknown' ? least : Math.min(least, ended)), Infinity) // prettier-ignore
    for (const { id, began } of later) if (began <= first) add(transaction.id, 'had ended before', id)
  }
  return edges
}

function shortestCycle(edges: ReadonlyMap<string, readonly Edge[]>): string | undefined {
  const onCycles = inCycles(edges)
  let shortest: string | undefined
  let least = Infinity
  for (const start of onCycles) {
    const way = wayBack(edges, start, least)
    if (way === undefined) continue
    least = way.length
    shortest = `${start} ${way.map(({ type, to }) => `${type} ${to}`).join(', which ')}`
  }
  return shortest
}

/** By breadth first: the shortest way from a transaction to itself, if it has fewer steps than `most`. */
function wayBack(
  edges: ReadonlyMap<string, readonly Edge[]>,
  start: string,
  most: number,
): Edge[] | undefined {
  const ways = new Map<string, Edge[]>([[start, []]])
  for (const [id, way] of ways) {
    if (way.length + 1 >= most) return undefined
    for (const edge of edges.get(id) ?? []) {
      if (edge.to === start) return [...way, edge]
      if (!ways.has(edge.to)) ways.set(edge.to, [...way, edge])
    }
  }
  return undefined
}

/** Those from which one comes back to themselves: what stays when all that nothing leads to, or from, is taken away. */
function inCycles(edges: ReadonlyMap<string, readonly Edge[]>): readonly string[] {
  let left = new Set(edges.keys())
  for (;;) {
    const reached = new Set<string>()
    for (const id of left) for (const { to } of edges.get(id) ?? []) reached.add(to)
    const staying = [...left].filter(
      (id) => reached.has(id) && edges.get(id)?.some(({ to }) => left.has(to)) === true,
    )
    if (staying.length === left.size) return staying
    left = new Set(staying)
  }
}
