import type { CommittedEvents, ProcessInfo } from '../../../../ts/deciders/backend/index.js'
import type { AnyActivity, PlainWorkflow } from '../../../../ts/deciders/definitions/index.js'
import type {
  ActivityStarted,
  Decision,
  HistoryEvent,
  LastAttempt,
  StartChildProcess,
} from '../../../../ts/deciders/history/index.js'
import { isClosing } from '../../../../ts/deciders/history/index.js'
import { brokenRules } from '../history/order-rules.js'
import type { Ledger } from './ledger.js'
import type { RandomWorkflows } from './random-workflows.js'
import { count, nonceIn, nonceOf } from './ledger.js'

/** A process at the end of a run. */
export interface EndedProcess {
  readonly info: ProcessInfo
  readonly history: readonly HistoryEvent[]
}

/** What in the histories is against docs/history-format.md, the D-rules, or what was acknowledged. */
export function brokenProcesses(
  processes: ReadonlyMap<string, EndedProcess>,
  ledger: Ledger,
  told: readonly CommittedEvents[],
  isAllTold: boolean,
  { workflows, activities }: RandomWorkflows,
): string[] {
  const broken: string[] = []
  for (const [id, { info, history }] of processes) {
    const say = (what: string): void => void broken.push(`${id}: ${what}`)
    if (info.closed === undefined) say('it is open')
    for (const rule of brokenRules(history)) say(rule)
    const workflow = workflows.find(({ name }) => name === info.workflow)
    if (workflow === undefined) throw new Error(`no workflow ${info.workflow}`)
    const { closed } = info
    if (
      closed?.result.type === 'timed-out' &&
      (workflow.timeout > LONG || closed.at <= info.startedAt + workflow.timeout)
    ) {
      say('it has not gone over its limit, or should have been over long before')
    }
    for (const rule of [
      ...brokenTimes(history, activities, workflow, (attempt) => ledger.beats.get(`${id} ${attempt}`)),
      ...brokenClosing(history),
      ...brokenChildren(id, processes),
    ])
      say(rule)
  }
  broken.push(...brokenNonces(processes, ledger), ...brokenTelling(processes, told, isAllTold))
  for (const id of ledger.started)
    if (!processes.has(id)) broken.push(`${id}: it was started, and is not there`)
  for (const id of ledger.canceled) {
    const result = processes.get(id)?.info.closed?.result
    if (result?.type !== 'canceled') broken.push(`${id}: it was canceled, and is ${result?.type}`)
  }
  return broken
}

/** A process that may take longer never does: all that it does has limits. */
const LONG = 86_400_000

/** Nothing is before its time or behind it; each activity ends once (D37, D39, D44, D52). */
function brokenTimes(
  history: readonly HistoryEvent[],
  activities: RandomWorkflows['activities'],
  { decisionTimeout }: PlainWorkflow,
  beatAt: (attempt: string) => number | undefined,
): string[] {
  const broken: string[] = []
  const ended = new Map<number, number>()
  const started = new Map<number, ActivityStarted>()
  const eventAt = (seq: number): number => history[seq - 1]?.at ?? NaN
  for (const event of history) {
    const { seq, at } = event
    const say = (what: string): void => void broken.push(`${seq}: ${what}`)
    if (event.type === 'decision-completed' && at > eventAt(event.started) + decisionTimeout) {
      say('its worker took too long to decide')
    }
    if (event.type === 'decision-timed-out' && at <= eventAt(event.started) + decisionTimeout) {
      say('its worker might have decided yet')
    }
    if (event.type === 'timer') {
      const { decision, at: since } = decisionAt(history, event.scheduled)
      if (decision.type !== 'start-timer' || since + decision.delay > at) say('the timer is too early')
    }
    if (event.type === 'activity') count(ended, event.scheduled)
    if (event.type === 'activity' || event.type === 'activity-started') {
      const { decision, at: since } = decisionAt(history, event.scheduled)
      const activity = activities.find(({ name }) => name === event.activity)
      if (decision.type !== 'schedule-activity' || activity === undefined) continue
      const begun = started.get(event.scheduled)
      if (event.type === 'activity-started') started.set(event.scheduled, event)
      const ending = event.type === 'activity' ? event : event.last
      if (ending !== undefined) {
        const alive = Math.max(begun?.at ?? NaN, beatAt(`${event.scheduled} ${begun?.attempt}`) ?? 0)
        const limits = { ...activity, ...decision }
        for (const what of brokenEnding(ending, limits, since, begun?.at ?? NaN, alive)) say(what)
      }
    }
  }
  for (const [scheduled, times] of ended) {
    if (times !== 1) broken.push(`the activity of ${scheduled} has ended ${times} times`)
  }
  return broken
}

/** An attempt ends by a limit behind it, and with a result before it (D37, D39, D40, D43). */
function brokenEnding(
  { at, result }: LastAttempt,
  limits: Pick<AnyActivity, 'scheduleToStart' | 'startToClose' | 'scheduleToClose' | 'heartbeat'>,
  scheduledAt: number,
  startedAt: number,
  aliveAt: number,
): string[] {
  if (
    result.type === 'completed' &&
    at > Math.min(startedAt + limits.startToClose, scheduledAt + limits.scheduleToClose)
  ) {
    // prettier-ignore
    return ['its worker took too long']
  }
  if (result.type !== 'timed-out') return []
  const last = {
    'schedule-to-start': scheduledAt + limits.scheduleToStart,
    'start-to-close': startedAt + limits.startToClose,
    'schedule-to-close': scheduledAt + limits.scheduleToClose,
    heartbeat: aliveAt + limits.heartbeat,
  }[result.timeout]
  return at > last ? [] : [`it has not gone over its limit (${result.timeout})`]
}

/** A decision that closes has seen all that had come (D14). */
function brokenClosing(history: readonly HistoryEvent[]): string[] {
  const completed = history.findLast(({ type }) => type === 'decision-completed')
  const last = history.at(-2)
  if (completed?.type !== 'decision-completed' || last?.type !== 'decision' || !isClosing(last.decision))
    return []
  const unseen = history.filter(
    ({ seq, type }) => seq > completed.started && seq < completed.seq && NEWS.has(type),
  )
  return unseen.map(({ seq, type }) => `it was closed by who had not seen ${seq} ${type}`)
}

const NEWS: ReadonlySet<HistoryEvent['type']> = new Set<HistoryEvent['type']>([
  'activity',
  'signal',
  'timer',
  'child-process',
  'cancel-requested',
])

/** D49, D50: a parent is told once of a child that has closed; a child that is open when its parent closes is treated as its policy says. */
function brokenChildren(id: string, processes: ReadonlyMap<string, EndedProcess>): string[] {
  const broken: string[] = []
  const parent = processes.get(id)
  if (parent === undefined) return []
  const { history, info } = parent
  for (const event of history) {
    if (event.type !== 'decision' || event.decision.type !== 'start-child-process') continue
    const { decision, seq } = event
    const child = processes.get(decision.id)
    if (child?.info.parent?.process !== id || child.info.parent.scheduled !== seq) {
      broken.push(`its child ${decision.id} is not there, or not its`)
      continue
    }
    const told = history.filter((one) => one.type === 'child-process' && one.scheduled === seq)
    const chain = chainOf(child, processes)
    const last = chain.at(-1) ?? child
    const [first] = told
    if (told.length > 1) broken.push(`it is told ${told.length} times of ${decision.id}`)
    if (first?.type === 'child-process' && !isSame(first.result, last.info.closed?.result)) {
      broken.push(`it was told something else of ${decision.id} than what has become of it`)
    }
    const end = history.at(-1)
    const closedAt = last.info.closed?.at ?? Infinity
    if (first === undefined && closedAt < (info.closed?.at ?? Infinity))
      broken.push(`it is not told of ${decision.id}`)
    if (first === undefined && end?.type === 'process-closed')
      broken.push(...brokenPolicy(id, decision, chain))
  }
  return broken
}

/** What becomes of a child that was open when its parent closed. */
function brokenPolicy(
  parent: string,
  { id, childPolicy }: StartChildProcess,
  chain: readonly EndedProcess[],
): string[] {
  const reason = `its parent ${parent} has closed`
  const { result } = chain.at(-1)?.info.closed ?? {}
  if (childPolicy === 'terminate' && !(result?.type === 'canceled' && result.reason === reason)) {
    return [`its child ${id} goes on, and is to be terminated`]
  }
  const isAsked = chain.some(({ history }) =>
    history.some((event) => event.type === 'cancel-requested' && event.from === parent),
  )
  if (childPolicy === 'request-cancel' && !isAsked) return [`its child ${id} is not asked to cancel itself`]
  return []
}

/** It, and those that went on in its place. */
function chainOf(
  process: EndedProcess,
  processes: ReadonlyMap<string, EndedProcess>,
): readonly EndedProcess[] {
  const result = process.info.closed?.result
  const next = result?.type === 'continued' ? processes.get(result.process) : undefined
  return next === undefined ? [process] : [process, ...chainOf(next, processes)]
}

/** All that was acknowledged is there, as often as it was; what was refused is not. */
function brokenNonces(processes: ReadonlyMap<string, EndedProcess>, ledger: Ledger): string[] {
  const [signals, results, sent] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, string>(),
  ]
  const broken: string[] = []
  for (const [id, { history }] of processes) {
    for (const event of history) {
      const text = JSON.stringify(event)
      if (/"forged"|"never"/.test(text)) broken.push(`${id}: ${event.seq} is something that was refused`)
      if (event.type === 'signal') {
        const nonce = nonceIn(event.data)
        if (event.from === undefined) count(signals, nonce)
        else if (sent.has(`${nonce} ${id}`)) broken.push(`${id}: the signal ${nonce} came twice`)
        else sent.set(`${nonce} ${id}`, event.from)
      }
      if (event.type === 'activity') count(results, nonceOf(event.result))
    }
  }
  for (const [id, { history }] of processes) {
    for (const event of history) {
      if (event.type !== 'decision' || event.decision.type !== 'signal-process') continue
      const { process, data } = event.decision
      const target = processes.get(process)
      const key = `${nonceIn(data)} ${process}`
      const { closed, startedAt = Infinity } = target?.info ?? {}
      const isOpen = startedAt < event.at && (closed?.at ?? Infinity) > event.at
      if (isOpen && process !== id && sent.get(key) !== id)
        broken.push(`${id}: its signal ${key} has not come`)
      sent.delete(key)
    }
  }
  for (const key of sent.keys()) broken.push(`the signal ${key} was sent by nobody`)
  broken.push(...differences('signal', ledger, signals), ...differences('result', ledger, results))
  return broken
}

function differences(
  what: 'signal' | 'result',
  ledger: Ledger,
  found: ReadonlyMap<string, number>,
): string[] {
  const broken: string[] = []
  const accepted = ledger[`${what}s`]
  for (const [nonce, times] of accepted) {
    if (what === 'result' && times > 1) broken.push(`the ${what} ${nonce} was accepted ${times} times`)
    // A failed attempt that is tried again is told with the next one, if there is one.
    const most = found.get(nonce) ?? 0
    if (most !== times && !(what === 'result' && most === 0)) broken.push(`the ${what} ${nonce} is there ${most} times, not ${times}`) // prettier-ignore
  }
  for (const nonce of found.keys()) {
    if (!accepted.has(nonce) && !ledger.isUnderWay(nonce))
      broken.push(`the ${what} ${nonce} is there, and was not accepted`)
  }
  return broken
}

/** D79: every event was told once, as it is in the history. */
function brokenTelling(
  processes: ReadonlyMap<string, EndedProcess>,
  told: readonly CommittedEvents[],
  isAllTold: boolean,
): string[] {
  const all = new Map<string, Map<number, HistoryEvent>>()
  const broken: string[] = []
  for (const { process, events } of told) {
    const of = all.get(process.id) ?? new Map<number, HistoryEvent>()
    all.set(process.id, of)
    for (const event of events) {
      if (of.has(event.seq)) broken.push(`${process.id}: ${event.seq} was told twice`)
      of.set(event.seq, event)
    }
  }
  for (const [id, { history }] of processes) {
    const of = all.get(id)
    for (const event of history) {
      const one = of?.get(event.seq)
      if (one === undefined ? isAllTold : !isSame(event, one))
        broken.push(`${id}: ${event.seq} was not told as it is`)
    }
  }
  return broken
}

function decisionAt(
  history: readonly HistoryEvent[],
  seq: number,
): { readonly decision: Decision; readonly at: number } {
  const event = history[seq - 1]
  if (event?.type === 'decision') return event
  throw new Error(`event ${seq} is no decision`)
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
