import { milliseconds } from '../../../../ts/clock/index.js'
import type { CommittedFlowEvents, ExecutionInfo, FlowEvent } from '../../../../ts/flows/index.js'
import type { Context } from '../../../../ts/flows/execution/index.js'
import { brokenRules } from './flow-rules.js'
import type { LeasePeriod } from './lease-witness.js'
import type { Ledger, Overlap, TaskRunSeen } from './ledger.js'
import type { PlannedFlow } from './random-flows.js'

/** An execution at the end of a run. */
export interface EndedExecution {
  readonly info: ExecutionInfo
  readonly history: readonly FlowEvent[]
  readonly context: Context
}

/** What was seen from outside. */
export interface Seen {
  readonly ledger: Ledger
  readonly told: readonly CommittedFlowEvents[]
  readonly watched: ReadonlyMap<string, readonly FlowEvent[]>
  readonly periods: ReadonlyMap<string, readonly LeasePeriod[]>
}

/**
 * What in the histories is against the F-rules, or against what was seen.
 *
 * @param executions those that nobody has deleted: one that was may have been scheduled once more
 */
export function brokenFlows(
  executions: ReadonlyMap<string, EndedExecution>,
  flows: readonly PlannedFlow[],
  { ledger, told, watched, periods }: Seen,
): string[] {
  const broken: string[] = []
  for (const [id, execution] of executions) {
    const { info, history } = execution
    const flow = flows.find(({ name }) => name === info.flow)
    if (flow === undefined) throw new Error(`no flow ${info.flow}`)
    const found = [
      ...(['completed', 'failed', 'canceled', 'paused'].includes(info.status)
        ? []
        : [`it is ${info.status}`]),
      ...brokenRules(history, (task) => rulesOf(flow, task), ledger.runById.has(id)),
      ...brokenValues(execution, flow, ledger),
      ...brokenLeases(history, periods.get(id) ?? []),
      ...brokenTelling(history, watched.get(id) ?? []),
    ]
    if (ledger.canceled.has(id) && !history.some(({ type }) => type.includes('cancel')))
      found.push('it was canceled')
    broken.push(...found.map((what) => `${id}: ${what}`))
  }
  for (const id of ledger.scheduled) {
    if (!executions.has(id) && !ledger.deleted.has(id))
      broken.push(`${id}: it was scheduled, and is not there`)
  }
  for (const [id, { history }] of executions) {
    const events = told.flatMap(({ execution, events: some }) => (execution.id === id ? some : []))
    const isTwice = new Set(events.map(({ step }) => step)).size < events.length
    broken.push(
      ...[...brokenTelling(history, events), ...(isTwice ? ['an event was told twice'] : [])].map(
        (what) => `${id}: ${what}`,
      ),
    )
  }
  return [
    ...broken,
    ...brokenKeys(ledger),
    ...ledger.overlaps.flatMap((one) => brokenOverlap(one, executions)),
  ]
}

function rulesOf({ tasks }: PlannedFlow, name: string) {
  const task = tasks.find((one) => one.name === name)
  const limits = [task?.timeout, task?.heartbeat].map((limit) =>
    limit === undefined ? Infinity : milliseconds(limit, 'limit'),
  )
  return { attempts: task?.retry.attempts ?? 1, timeout: Math.min(...limits) }
}

/** What was committed is what the task has given that its runner ran, of what was there before (F15, F24); and it stays. */
function brokenValues(
  { info, history, context }: EndedExecution,
  flow: PlannedFlow,
  ledger: Ledger,
): string[] {
  const broken: string[] = []
  const nonces = new Set<string>()
  let owner: string | undefined
  let input: Context = {}
  /** The outputs that there are, one for each task that has ended. */
  let line: Context[] = []
  for (const event of history) {
    if (event.type === 'flow-created' && 'input' in event) input = event.input
    if (event.type === 'flow-started') ({ owner } = event)
    if (event.type === 'flow-rescheduled') {
      line = line.slice(
        0,
        flow.tasks.findIndex(({ name }) => name === event.task),
      )
    }
    if (event.type !== 'task-completed' && event.type !== 'task-failed') continue
    const nonce = nonceOf(event)
    if (nonce !== undefined) {
      const say = (what: string): void => void broken.push(`${event.step} ${event.type}: ${what}`)
      if (nonces.has(nonce)) say(`${nonce} was committed before`)
      nonces.add(nonce)
      const run = ledger.runs.get(nonce)
      if (run?.execution !== info.id || run.task !== event.task || run.attempt !== event.attempt) {
        say(`${nonce} is of ${run?.execution} ${run?.task} ${run?.attempt}`)
      }
      if (run?.owner !== owner) say(`${run?.owner} has given it, and ${owner} has it (fencing)`)
      const values = valuesOf(input, line)
      const inputs = flow.tasks.find(({ name }) => name === event.task)?.inputs ?? []
      const expected = Object.fromEntries(inputs.map((key) => [key, values[key]]))
      if (!isSame(run?.inputs, expected)) {
        say(`it was handed ${JSON.stringify(run?.inputs)}, not ${JSON.stringify(expected)}`)
      }
    }
    if (event.type === 'task-completed') line.push('outputs' in event ? event.outputs : {})
  }
  const all = valuesOf(input, line)
  if (!isSame(context, all)) {
    broken.push(`its values are ${JSON.stringify(context)}, not ${JSON.stringify(all)}`)
  }
  return broken
}

function valuesOf(input: Context, line: readonly Context[]): Context {
  return Object.fromEntries([input, ...line].flatMap((values) => Object.entries(values)))
}

function nonceOf(event: FlowEvent): string | undefined {
  const text = JSON.stringify(event)
  return /"(?:by|message)":"(n\d+)"/.exec(text)?.[1]
}

/** A runner is given up when its lease has run out, or somebody says so; and each token is one time of having it. */
function brokenLeases(history: readonly FlowEvent[], periods: readonly LeasePeriod[]): string[] {
  const broken: string[] = []
  const tokens = history.filter(({ type }) => type === 'flow-started').length
  if (tokens !== periods.length)
    broken.push(`it was started ${tokens} times, and leased ${periods.length} times`)
  for (const event of history) {
    if (event.type !== 'flow-recovered' || event.why !== 'expired') continue
    const { until = Infinity } = periods[event.token - 1] ?? {}
    if (event.at < until)
      broken.push(`${event.step}: the lease of ${event.owner} lasts until ${until} (fencing)`)
  }
  return broken
}

/** What was told is what the history says. */
function brokenTelling(history: readonly FlowEvent[], events: readonly FlowEvent[]): string[] {
  return events
    .filter((event) => !isSame(event, history[event.step]))
    .map(({ step, type }) => `${step} ${type} was not told as it is`)
}

/** F32: one key for all attempts of a task, and no other task has it. */
function brokenKeys({ keys }: Ledger): string[] {
  const all = [...keys.values()].flatMap((of) => [...of])
  const broken = [...keys]
    .filter(([, { size }]) => size !== 1)
    .map(([of]) => `${of}: it was handed several keys (F32)`)
  return new Set(all).size === all.length ? broken : [...broken, 'two tasks were handed one key (F32)']
}

/** While a task of an execution runs, another begins: then one has timed out, or its runner has lost it (fencing). */
function brokenOverlap(
  { first, second }: Overlap,
  executions: ReadonlyMap<string, EndedExecution>,
): string[] {
  const history = executions.get(first.execution)?.history
  if (history === undefined) return []
  const [begun, next] = [beginningsOf(first, history), beginningsOf(second, history)]
  // A runner that was given it twice may begin both at once.
  const isTwice = begun.length > 1 && begun.at(-1) === next.at(-1)
  const isOver =
    isOverBy(first, begun.at(isTwice ? -2 : -1), history, second.from) ||
    isOverBy(second, next.at(-1), history, second.from)
  if (isOver) return []
  const [one, other] = [first, second].map(
    ({ owner, task, attempt, from }) => `${task} ${attempt} by ${owner} at ${from}`,
  )
  return [`${first.execution}: ${one} runs, and ${other}`]
}

/** Whether a task that was begun there was over by then (ms since 1970), as far as its history goes. */
function isOverBy(
  { owner, task }: TaskRunSeen,
  begun: number | undefined,
  history: readonly FlowEvent[],
  by: number,
): boolean {
  const ends = (event: FlowEvent): boolean => {
    if (event.at > by) return false
    if (event.type === 'flow-recovered' || event.type === 'flow-released') return event.owner === owner
    return (event.type === 'task-timed-out' || event.type === 'task-canceled') && event.task === task
  }
  return begun !== undefined && history.slice(begun + 1).some(ends)
}

/** Where in the history a task may have begun that was seen to run: steps. */
function beginningsOf(
  { owner, task, attempt, token }: TaskRunSeen,
  history: readonly FlowEvent[],
): readonly number[] {
  let isIts = false
  return history.flatMap((event) => {
    if (event.type === 'flow-started') isIts = event.owner === owner && event.token <= token
    const isIt = isIts && event.type === 'task-started' && event.task === task && event.attempt === attempt
    return isIt ? [event.step] : []
  })
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
