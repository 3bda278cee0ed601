import { defineActivity } from 'unitflow/deciders'
import type { UnitBindings, UnitTask } from 'unitflow/deciders/units'

/**
 * What service tasks ask, by operation. Yours asks a service that knows an idempotency key it has seen before: an object
 * that is gone in the middle asks again after ten seconds. A tenant's workflow says what is asked, so check it here.
 */
export const SERVICES: UnitBindings = {
  'mail/Send': defineActivity(
    'mail',
    { scheduleToStart: '30d', startToClose: '10s', retry: { attempts: 10 } },
    async ({ parameters }: UnitTask, { idempotencyKey }) => {
      console.log(`mail ${JSON.stringify(parameters)} (${idempotencyKey})`)
      return { sent: true }
    },
  ),
}
