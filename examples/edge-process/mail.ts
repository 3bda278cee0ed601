import type { SendMail } from './invoice-workflow.js'

/** A worker that sends mails. */
export interface MailService {
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Sends mails by a service; without one, they are in the log. */
export function mailBy(service: MailService | undefined): SendMail {
  if (service === undefined) {
    return async (mail, key) => console.log(`mail to ${mail.to}: ${mail.text} (${key})`)
  }
  return async (mail, key, signal) => {
    const response = await service.fetch('https://mail/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(mail),
      // When the activity has taken too long, too: it is tried again then.
      signal,
    })
    if (!response.ok) throw new Error(`the mail service answered ${response.status}`)
  }
}
