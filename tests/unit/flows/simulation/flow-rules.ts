import type { FlowEvent, FlowStatus } from '../../../../ts/flows/index.js'

/** What the definition of a flow says beside what its histories do. */
export interface RulesOfTask {
  readonly attempts: number
  /** The shortest time (ms) after which an attempt may have timed out. */
  readonly timeout: number
}

/** A task that has lost more runners than this is begun no more. */
const MAX_LOST = 10

/** Where an execution is, as its history so far tells it. */
interface Told {
  status: FlowStatus
  tasks: readonly string[]
  /** The place of the task that runs, or is next. */
  next: number
  attempt: number
  token: number
  owner: string | undefined
  asked: 'pause' | 'cancel' | undefined
  /** When it may go on (ms since 1970). */
  due: number
  /** A task runs, since then. */
  begun: number | undefined
  /** How often the lease of a runner of the task that is next has run out. */
  lost: number
  /** What the last event must be followed by, at once. */
  follow: readonly FlowEvent['type'][]
  error: unknown
}

/**
 * What in a history is against the rules F10 to F20: written from those alone.
 *
 * @param mayBeEarly somebody has run it by its id, for which it need not be due
 */
export function brokenRules(
  events: readonly FlowEvent[],
  rulesOf: (task: string) => RulesOfTask = () => ({ attempts: Infinity, timeout: 0 }),
  mayBeEarly = false,
): string[] {
  const broken: string[] = []
  const told: Told = {
    ...{ status: 'scheduled', tasks: [], next: 0, attempt: 0, token: 0, owner: undefined, asked: undefined },
    ...{ due: 0, begun: undefined, lost: 0, follow: ['flow-created'], error: undefined },
  }
  events.forEach((event, index) => {
    const say = (what: string): void => void broken.push(`${event.step} ${event.type}: ${what}`)
    if (event.step !== index) say(`stands in place ${index} (F13)`)
    const { follow } = told
    if (follow.length > 0 && !follow.includes(event.type)) say(`expected ${follow.join(' or ')}`)
    told.follow = []
    if (event.type === 'flow-started' && event.at < told.due && !mayBeEarly) say('it is not due yet')
    for (const what of brokenMove(told, event, follow)) say(what)
    for (const what of brokenTask(told, event, rulesOf)) say(what)
    apply(told, event)
  })
  if (told.follow.length > 0) broken.push(`it ends, expected ${told.follow.join(' or ')}`)
  return broken
}

const WAITING: readonly FlowStatus[] = ['scheduled', 'rescheduled', 'retrying']

/** From which statuses there is what (F12). */
const FROM: Readonly<Partial<Record<FlowEvent['type'], readonly FlowStatus[]>>> = {
  'flow-started': WAITING,
  'task-started': ['running'],
  'task-completed': ['running'],
  'task-failed': ['running'],
  'task-timed-out': ['running'],
  'task-canceled': ['running'],
  'retry-scheduled': ['running'],
  'pause-requested': ['running'],
  'cancel-requested': ['running'],
  'flow-released': ['running'],
  'flow-recovered': ['running'],
  'flow-paused': [...WAITING, 'running'],
  'flow-resumed': ['paused', 'running'],
  'flow-rescheduled': ['failed', 'canceled'],
  'flow-completed': ['running'],
  'flow-failed': ['running'],
  'flow-canceled': [...WAITING, 'running', 'paused'],
}

function brokenMove(told: Told, event: FlowEvent, follow: readonly FlowEvent['type'][]): string[] {
  const broken: string[] = []
  const { status, asked, token, owner } = told
  const from = FROM[event.type]
  if (from !== undefined && !from.includes(status)) broken.push(`it is ${status} (F12)`)
  const isFollowing = follow.includes(event.type)
  const followsAlone = ['task-started', 'retry-scheduled', 'flow-completed', 'flow-failed', 'flow-scheduled']
  if (followsAlone.includes(event.type) && !isFollowing) broken.push('stands by itself')
  if (status === 'running' && !isFollowing && ['flow-paused', 'flow-canceled'].includes(event.type)) {
    broken.push('its task runs')
  }
  if (event.type === 'flow-started' && event.token !== token + 1)
    broken.push(`token ${event.token} follows ${token}`)
  if (event.type === 'flow-released' && event.owner !== owner) broken.push(`${owner} has it`)
  if (event.type === 'flow-recovered' && (event.owner !== owner || event.token !== token)) {
    broken.push(`${owner} has it, under ${token}`)
  }
  if (event.type === 'pause-requested' && asked !== undefined) broken.push(`it is asked to ${asked}`)
  if (event.type === 'cancel-requested' && asked === 'cancel') broken.push('it is asked to already')
  if (event.type === 'flow-resumed' && status === 'running' && asked !== 'pause')
    broken.push('it is not to pause')
  return broken
}

function brokenTask(told: Told, event: FlowEvent, rulesOf: (task: string) => RulesOfTask): string[] {
  const broken: string[] = []
  const { tasks, next, attempt, begun, error } = told
  if ('attempt' in event) {
    const expected = event.type === 'task-started' || event.type === 'retry-scheduled' ? attempt + 1 : attempt
    if (event.task !== tasks[next]) broken.push(`${event.task} is not ${tasks[next]} (F14)`)
    if (event.attempt !== expected) broken.push(`attempt ${event.attempt} is not ${expected}`)
  }
  if (event.type === 'task-started' && begun !== undefined) broken.push('a task runs')
  if ('duration' in event) {
    if (begun === undefined) broken.push('no task runs')
    if (event.duration !== Math.max(0, event.at - (begun ?? 0))) broken.push('it did not take so long')
  }
  const { attempts, timeout } = rulesOf(tasks[next] ?? '')
  if (event.type === 'task-timed-out' && event.at - (begun ?? 0) < timeout) broken.push('it had time left')
  if (event.type === 'retry-scheduled' && event.attempt > attempts)
    broken.push(`attempts are ${attempts} in all`)
  if (event.type === 'flow-failed') {
    const { task } = event
    if (task !== tasks[next]) broken.push(`${task} is not ${tasks[next]} (F18)`)
    if (error !== undefined && attempts < Infinity && attempt < attempts) broken.push('it may be tried again')
    const given = 'error' in event ? event.error : undefined
    if (error !== undefined && JSON.stringify(given) !== JSON.stringify(error))
      broken.push('another error (F18)')
  }
  if (event.type === 'flow-rescheduled') {
    const place = tasks.indexOf(event.task)
    if (place < 0 || place > next) broken.push('it never came to that task (F19)')
  }
  return broken
}

/** What follows when a runner lets go. */
function afterwards({ asked }: Told, otherwise: readonly FlowEvent['type'][]): readonly FlowEvent['type'][] {
  if (asked === 'cancel') return ['flow-canceled']
  return asked === 'pause' ? ['flow-paused'] : otherwise
}

function apply(told: Told, event: FlowEvent): void {
  switch (event.type) {
    case 'flow-created':
      told.tasks = event.tasks
      told.follow = ['flow-scheduled']
      break
    case 'flow-scheduled':
      waits(told, 'scheduled', event.due)
      break
    case 'flow-started':
      Object.assign(told, { status: 'running', token: event.token, owner: event.owner, asked: undefined })
      told.follow = ['task-started']
      break
    case 'task-started':
      told.attempt = event.attempt
      told.begun = event.at
      break
    case 'task-completed':
      Object.assign(told, { begun: undefined, next: told.next + 1, attempt: 0, lost: 0 })
      told.follow = told.next === told.tasks.length ? ['flow-completed'] : afterwards(told, ['task-started'])
      break
    case 'task-failed':
    case 'task-timed-out':
    case 'task-canceled':
      Object.assign(told, { begun: undefined, error: 'error' in event ? event.error : undefined })
      told.follow =
        told.asked === 'cancel' || event.type === 'task-canceled'
          ? ['flow-canceled']
          : ['flow-failed', told.asked === 'pause' ? 'flow-paused' : 'retry-scheduled']
      break
    case 'retry-scheduled':
      waits(told, 'retrying', event.due)
      break
    case 'pause-requested':
      told.asked = 'pause'
      break
    case 'cancel-requested':
      told.asked = 'cancel'
      break
    case 'flow-recovered':
      if (event.why === 'expired') told.lost++
      letGo(told)
      break
    case 'flow-released':
      letGo(told)
      break
    case 'flow-paused':
      Object.assign(told, { status: 'paused', owner: undefined, asked: undefined, error: undefined })
      break
    case 'flow-resumed':
      if (told.status === 'running') told.asked = undefined
      else waits(told, 'scheduled', event.due)
      break
    case 'flow-rescheduled':
      Object.assign(told, { next: told.tasks.indexOf(event.task), attempt: 0, lost: 0 })
      waits(told, 'rescheduled', event.due)
      break
    case 'flow-migrated':
      Object.assign(told, { tasks: event.tasks, next: event.tasks.indexOf(event.task), attempt: 0, lost: 0 })
      break
    case 'flow-completed':
    case 'flow-failed':
    case 'flow-canceled':
      Object.assign(told, { owner: undefined, asked: undefined, error: undefined, begun: undefined })
      told.status =
        event.type === 'flow-completed' ? 'completed' : event.type === 'flow-failed' ? 'failed' : 'canceled'
      break
  }
}

function waits(told: Told, status: FlowStatus, due: number): void {
  Object.assign(told, { status, due, owner: undefined, asked: undefined, error: undefined })
}

/** The task that ran is run again, under the same number: it has failed nowhere (F26). */
function letGo(told: Told): void {
  Object.assign(told, { begun: undefined, attempt: told.attempt - 1 })
  const isGivenUp = told.lost > MAX_LOST
  if (told.asked === undefined && !isGivenUp) waits(told, 'scheduled', -Infinity)
  else told.follow = afterwards(told, ['flow-failed'])
}
