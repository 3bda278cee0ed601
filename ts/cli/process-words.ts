import { encodeValue } from '../values/index.js'
import type { ErrorData } from '../errors/index.js'
import type { ProcessInfo } from '../deciders/index.js'
import { shortSpanOf } from '../timeline/span.js'
import type { TimelineColors } from '../timeline/index.js'
import type { Colors } from './colors.js'

type Result = NonNullable<ProcessInfo['closed']>['result']

/** What a process, a child or an activity is at, in a word. */
export type StatusWord = 'open' | Result['type']

export function statusOf({ closed }: Pick<ProcessInfo, 'closed'>): StatusWord {
  return closed?.result.type ?? 'open'
}

/** Colours a text as the word says that something stands; the word itself where there is none. */
export function paintStatus(colors: Colors): (word: string, text?: string) => string {
  const paints: Readonly<Record<string, (text: string) => string>> = {
    open: colors.cyan,
    running: colors.cyan,
    completed: colors.green,
    continued: colors.green,
    failed: colors.red,
    'timed-out': colors.red,
    canceled: colors.yellow,
    delayed: colors.yellow,
    retrying: colors.yellow,
    paused: colors.yellow,
  }
  return (word, text = word) => paints[word]?.(text) ?? text
}

/** The colours of a timeline, the same as those of lists. */
export function timelineColors(colors: Colors): TimelineColors {
  return {
    completed: colors.green,
    failed: colors.red,
    canceled: colors.yellow,
    'timed-out': colors.red,
    open: colors.cyan,
    mark: colors.magenta,
    faint: colors.dim,
    heading: colors.bold,
  }
}

/** Why something came to what it came to, where there is something to say. */
export function reasonOf(result: Result): string {
  switch (result.type) {
    case 'completed':
      return ''
    case 'failed':
      return result.reason ?? (result.error === undefined ? '' : errorText(result.error))
    case 'canceled':
      return result.reason ?? ''
    case 'timed-out':
      return result.timeout
    case 'continued':
      return `goes on as ${result.process}`
  }
}

/** An error in a line. */
export function errorText({ name, code, message }: ErrorData): string {
  return code === undefined ? `${name}: ${message}` : `[${code}] ${message}`
}

/** What a process is at, in the decider's own words; of a closed one, why it closed so. */
export function atOf({ status, closed }: ProcessInfo): string {
  return closed === undefined ? (status ?? '') : reasonOf(closed.result)
}

/** How long a process has been open, or was, in ms. */
export function timeOf({ startedAt, closed }: ProcessInfo, now: number): number {
  return Math.max((closed?.at ?? now) - startedAt, 0)
}

/** How far off a time is. */
export function untilText(at: number, now: number): string {
  return at > now ? `in ${shortSpanOf(at - now)}` : `${shortSpanOf(now - at)} ago`
}

/** A value of the user's in a line. */
export function valueText(value: unknown): string {
  return encodeValue(value)
}
