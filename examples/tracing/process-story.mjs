import { SpanStatusCode } from '@opentelemetry/api'

/**
 * What is over, as a span tells it; times are milliseconds since 1970.
 *
 * @typedef {object} Ended
 * @property {number} [seq] the event that it began with; missing for the process itself
 * @property {string} name
 * @property {number} start
 * @property {number} end
 * @property {Record<string, string | number | string[]>} attributes
 * @property {{ readonly name: string, readonly at: number, readonly attributes: Record<string, string | number> }[]} events
 * @property {import('@opentelemetry/api').SpanStatus} [status]
 *
 * @typedef {import('unitflow/deciders').HistoryEvent} HistoryEvent
 * @typedef {import('unitflow/deciders').ActivityResult | { readonly type: 'continued' | 'dropped' }} Result
 */

/** A process as its events tell it, one after the other: what is open in it, and since when. */
export class ProcessStory {
  #info
  /** @type {Map<number, Ended>} what is open, by the event that it began with */
  #open = new Map()
  /** @type {Ended | undefined} */
  #decision
  /** The `seq` of the last event that was read. */
  last = 0
  /** @type {Extract<HistoryEvent, { type: 'process-started' }>['origin']} */
  origin

  /** @param {import('unitflow/deciders').ProcessInfo} info */
  constructor(info) {
    this.#info = info
  }

  /**
   * Reads the next events.
   *
   * @param {readonly HistoryEvent[]} events
   * @returns {readonly Ended[]} what has ended by them
   */
  read(events) {
    return events.flatMap((event, index) => {
      this.last = event.seq
      return this.#read(event, events.slice(index + 1))
    })
  }

  /**
   * @param {HistoryEvent} event
   * @param {readonly HistoryEvent[]} after
   * @returns {readonly Ended[]}
   */
  #read(event, after) {
    const { seq } = event
    // What a fork has taken over happened to another process: there it has its spans.
    const isTakenOver = this.origin?.type === 'forked' && seq <= this.origin.seq
    const at = Math.max(event.at, this.#info.startedAt)
    switch (event.type) {
      case 'process-started':
        this.origin = event.origin
        return []
      case 'decision-started':
        if (!isTakenOver) this.#decision = this.#begun(seq, `decide ${this.#info.workflow}`, at, event)
        return []
      case 'decision-refused':
        this.#decision?.events.push({ name: 'refused', at, attributes: { reason: event.error.message } })
        return []
      case 'decision-completed':
        return this.#decided(at, { 'unitflow.decided': after.flatMap(decisionWords) })
      case 'decision-failed':
        return this.#decided(at, {}, event.error.message)
      case 'decision-timed-out':
        return this.#decided(at, {}, 'timed out')
      case 'decision': {
        const { decision } = event
        if (decision.type !== 'schedule-activity') return []
        const activity = this.#begun(seq, `activity ${decision.activity}`, at, {})
        activity.attributes['unitflow.activity'] = decision.id
        this.#open.set(seq, activity)
        return []
      }
      case 'activity-started': {
        if (isTakenOver) return []
        const { attempt, identity, last } = event
        const activity = this.#open.get(event.scheduled)
        if (last !== undefined) {
          activity?.events.push({ name: last.result.type, at: last.at, attributes: whyOf(last.result) })
        }
        activity?.events.push({ name: 'attempt', at, attributes: { attempt, ...(identity && { identity }) } })
        return []
      }
      case 'activity': {
        const activity = this.#open.get(event.scheduled)
        this.#open.delete(event.scheduled)
        return activity === undefined || isTakenOver ? [] : [ended(activity, at, event.result)]
      }
      case 'process-closed': {
        const { workflow, startedAt, tags } = this.#info
        const dropped = [...this.#open.values(), ...(this.#decision === undefined ? [] : [this.#decision])]
        const whole = this.#begun(undefined, workflow, startedAt, {})
        whole.attributes['unitflow.tags'] = [...tags]
        return [...dropped.map((one) => ended(one, at, { type: 'dropped' })), ended(whole, at, event.result)]
      }
      default:
        return []
    }
  }

  /**
   * @param {number | undefined} seq
   * @param {string} name
   * @param {number} start
   * @param {{ readonly identity?: string }} by
   * @returns {Ended}
   */
  #begun(seq, name, start, { identity }) {
    const { id, workflow, version } = this.#info
    /** @type {Ended['attributes']} */
    const attributes = { 'unitflow.process': id, 'unitflow.workflow': `${workflow}@${version}` }
    if (identity !== undefined) attributes['unitflow.identity'] = identity
    return { ...(seq !== undefined && { seq }), name, start, end: start, attributes, events: [] }
  }

  /**
   * @param {number} at
   * @param {Ended['attributes']} attributes
   * @param {string} [failure]
   * @returns {readonly Ended[]}
   */
  #decided(at, attributes, failure) {
    const decision = this.#decision
    this.#decision = undefined
    if (decision === undefined) return []
    const status = failure === undefined ? {} : { status: { code: SpanStatusCode.ERROR, message: failure } }
    return [{ ...decision, end: at, attributes: { ...decision.attributes, ...attributes }, ...status }]
  }
}

/**
 * @param {Ended} span
 * @param {number} end
 * @param {Result} result
 * @returns {Ended}
 */
function ended(span, end, result) {
  const attributes = { ...span.attributes, 'unitflow.result': result.type }
  const isWrong = result.type === 'failed' || result.type === 'timed-out'
  const { reason: message = result.type } = whyOf(result)
  return { ...span, end, attributes, ...(isWrong && { status: { code: SpanStatusCode.ERROR, message } }) }
}

/**
 * @param {Result} result
 * @returns {{ readonly reason?: string }}
 */
function whyOf(result) {
  if (result.type === 'timed-out') return { reason: `timed out (${result.timeout})` }
  const reason =
    'reason' in result ? result.reason : result.type === 'failed' ? result.error?.message : undefined
  return reason === undefined ? {} : { reason }
}

/**
 * @param {HistoryEvent} event
 * @returns {readonly string[]}
 */
function decisionWords(event) {
  if (event.type !== 'decision') return []
  const { decision } = event
  if (decision.type === 'schedule-activity') return [`${decision.type} ${decision.activity}`]
  return [decision.type === 'start-child-process' ? `${decision.type} ${decision.workflow}` : decision.type]
}
