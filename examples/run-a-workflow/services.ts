import { defineActivity } from 'unitflow/deciders'
import type { UnitBindings, UnitTask } from 'unitflow/deciders/units'

/** What is asked of a service. */
type Asked = Readonly<Record<string, unknown>>

/** Long enough to be killed in (ms). */
const TAKES = 100

/**
 * A service of the world outside, which is made up here: yours asks it, with the idempotency key, under which it does once
 * what it is asked twice. A program that is gone in the middle has the service asked again after five seconds.
 */
function service(name: string, answer: (asked: Asked) => Asked) {
  return defineActivity(
    name,
    { scheduleToStart: '30d', startToClose: '5s', retry: { attempts: 10 } },
    async ({ element, parameters = {} }: UnitTask, { idempotencyKey }) => {
      await new Promise((resolve) => setTimeout(resolve, TAKES))
      console.log(`service  ${name} for ${element} (${idempotencyKey})`)
      return answer(parameters)
    },
  )
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What the service tasks of the workflow ask: by operation. */
export const SERVICES: UnitBindings = {
  'http/GetRequest': service('get', ({ url, ...query }) => ({
    url,
    status: 200,
    body: { found: true, ...query },
  })),
  'http/PostRequest': service('post', ({ url }) => ({ url, status: 201, body: { accepted: true } })),
  'archive/Store': service('archive', ({ id }) => ({ stored: `archive/${text(id)}` })),
  'mail/Send': service('mail', ({ to, subject }) => ({ sent: `${text(subject)}, to ${text(to)}` })),
}
