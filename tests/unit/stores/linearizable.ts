/** What was asked of one key, when it began and ended, and what came of it. Values are numbers; `undefined` is none. */
export interface Event {
  readonly began: number
  readonly ended: number
  readonly call: Call
}

export type Call =
  | { readonly type: 'get'; readonly found: number | undefined }
  | { readonly type: 'set'; readonly value: number | undefined }
  | {
      readonly type: 'replace'
      readonly expected: number | undefined
      readonly value: number
      readonly isDone: boolean
    }

/**
 * Whether some order of the calls explains all answers: each call at one instant between its begin and its end. Tries
 * every order that there may be (Wing and Gong's way), which is slow, and right for a dozen calls.
 */
export function isLinearizable(events: readonly Event[], value?: number): boolean {
  if (events.length === 0) return true
  const firstEnd = Math.min(...events.map(({ ended }) => ended))
  return events.some((event) => {
    if (event.began > firstEnd) return false
    const next = after(event.call, value)
    return (
      next !== undefined &&
      isLinearizable(
        events.filter((other) => other !== event),
        next.value,
      )
    )
  })
}

/** The value after a call; nothing where the call could not have come to what it has. */
function after(call: Call, value: number | undefined): { readonly value: number | undefined } | undefined {
  switch (call.type) {
    case 'get':
      return call.found === value ? { value } : undefined
    case 'set':
      return { value: call.value }
    case 'replace':
      if ((call.expected === value) !== call.isDone) return undefined
      return { value: call.isDone ? call.value : value }
  }
}
