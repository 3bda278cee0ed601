import type { ErrorData } from '../errors/index.js'
import type { ExecutionInfo, FlowStatus } from '../flows/index.js'
import { spanOf } from '../timeline/span.js'
import { errorText, untilText } from './process-words.js'

/** How an execution is told to be, and since when or after how long. */
export function statusText(status: FlowStatus, ms: number): string {
  switch (status) {
    case 'completed':
    case 'failed':
    case 'canceled':
      return `${status} after ${spanOf(ms)}`
    case 'running':
    case 'paused':
    case 'scheduled':
    case 'rescheduled':
    case 'retrying':
      return `${status}, for ${spanOf(ms)}`
  }
}

/** How long an execution has been there, or was, in ms. */
export function timeOf(
  { createdAt, updatedAt, status }: Pick<ExecutionInfo, 'createdAt' | 'updatedAt' | 'status'>,
  now: number,
): number {
  const hasEnded = status === 'completed' || status === 'failed' || status === 'canceled'
  return Math.max((hasEnded ? updatedAt : now) - createdAt, 0)
}

/** What there is to say of an execution beside what it is at. */
export function atOf({ status, due, asked, reason = '', waitsForKey }: ExecutionInfo, now: number): string {
  if (status === 'canceled') return reason
  if (asked !== undefined) return `asked to ${asked}${reason === '' ? '' : `: ${reason}`}`
  if (waitsForKey === true) return 'waits for another one of its key'
  if (due === undefined || due <= now) return ''
  return `${status === 'retrying' ? 'again' : 'begins'} ${untilText(due, now)}`
}

/** What went wrong, in a line. */
export function failureText(error: ErrorData | string): string {
  return typeof error === 'string' ? error : errorText(error)
}

/** Which attempt, of how many where that is known. */
export function attemptText(attempt: number, most: number | undefined): string {
  return `attempt ${attempt}${most === undefined || most < attempt ? '' : ` of ${most}`}`
}
