import {
  completeProcess,
  defineActivity,
  defineWorkflow,
  failProcess,
  of,
  scheduleActivity,
  startTimer,
  status,
} from 'unitflow/deciders'
import type { Schema, Workflow } from 'unitflow/deciders'
import { invoiceSchema, paymentSchema } from './invoice.js'
import type { Invoice, Payment } from './invoice.js'

export interface Mail {
  readonly to: string
  readonly text: string
}

/** Sends a mail, and no second one for the same key. */
export type SendMail = (mail: Mail, key: string, signal: AbortSignal) => Promise<void>

export type InvoiceWorkflow = Workflow<
  'invoice',
  unknown,
  string,
  { readonly paid: Schema<unknown, Payment> },
  Invoice
>

/** An invoice is sent, and until it is paid there are reminders; after the last one it has failed. */
export function defineInvoice(sendMail: SendMail): InvoiceWorkflow {
  const mail = defineActivity(
    'mail',
    // An object that is gone in the middle tries again after this time, with the same key.
    { scheduleToStart: '30d', startToClose: '10s', retry: { attempts: 10 } },
    (input: Mail, activity) => sendMail(input, activity.idempotencyKey, activity.signal),
  )

  return defineWorkflow({
    name: 'invoice',
    input: invoiceSchema,
    result: of<string>(),
    signals: { paid: paymentSchema },
    activities: [mail],
    // And one that is gone while it decides, after this one.
    decisionTimeout: '10s',
    decide(process) {
      const { to, amount, remindAfter, reminders } = process.input
      const [payment] = process.signals('paid')
      if (payment !== undefined) return [completeProcess(`paid on ${payment.data.on}`), status('is paid')]
      const mails = process.all(mail)
      const latest = mails.at(-1)
      if (latest === undefined) return scheduleActivity(mail, { to, text: `Please pay ${amount}.` })
      if (latest.type === 'scheduled' || latest.type === 'started' || process.timers.length > 0) return []
      if (latest.type !== 'completed') return failProcess(latest)
      const reminded = mails.length - 1
      const isDue = process.unseen().some(({ type }) => type === 'timer')
      if (!isDue) return [startTimer(`${remindAfter}s`), status(`is not paid, reminders: ${reminded}`)]
      if (reminded === reminders) return failProcess({ reason: `not paid after ${reminded} reminders` })
      return scheduleActivity(mail, { to, text: `Reminder ${reminded + 1}: please pay ${amount}.` })
    },
  })
}
