import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  workUntilIdle,
} from 'unitflow/deciders'
import { timelineOfHistory, timelineSvg } from 'unitflow/timelines'
import type { ActivityWorker, DecisionWorker, Manager } from 'unitflow/deciders'
import { createDurableObjectRecords, ensureAlarm } from 'unitflow/records/durable-object'
import type { DurableObjectAlarm, DurableObjectStorage } from 'unitflow/records/durable-object'
import { defineInvoice } from './invoice-workflow.js'
import type { InvoiceWorkflow } from './invoice-workflow.js'
import { mailBy } from './mail.js'
import type { MailService } from './mail.js'
import { Problem, problemResponse } from './problem.js'

type Storage = DurableObjectStorage & DurableObjectAlarm

const PATH = /^\/customers\/[^/]+\/invoices(?:\/(?<number>[\w.-]{1,100})(?:\/(?<part>paid|timeline\.svg))?)?$/

/** Longer than a transaction takes, by far (ms). */
const IN_BETWEEN = 5000

/**
 * A Durable Object: a customer, with the invoices in its own storage. It may be gone from memory at any moment, so its alarm
 * is asked for all that is to happen later.
 */
export class Customer {
  readonly #storage: Storage
  readonly #invoice: InvoiceWorkflow
  readonly #manager: Manager
  readonly #workers: readonly (DecisionWorker | ActivityWorker)[]

  constructor({ storage }: { readonly storage: Storage }, { MAIL }: { readonly MAIL?: MailService }) {
    this.#storage = storage
    this.#invoice = defineInvoice(mailBy(MAIL))
    const backend = createBackend({ records: createDurableObjectRecords(storage) })
    this.#manager = createManager({ backend, workflows: [this.#invoice] })
    this.#workers = [
      createDecisionWorker(this.#manager),
      createActivityWorker(this.#manager, { concurrency: 8 }),
    ]
  }

  /** Does what is due, and all that follows from it, and asks for the next alarm. Where it throws, it is called again. */
  async alarm(): Promise<void> {
    const next = await workUntilIdle(this.#manager, this.#workers)
    if (next !== undefined) await ensureAlarm(this.#storage, next)
  }

  async fetch(request: Request): Promise<Response> {
    try {
      return await this.#answer(request)
    } catch (error) {
      return problemResponse(error)
    }
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const path = PATH.exec(url.pathname)
    if (path === null) throw new Problem(404, 'there is nothing at this path')
    const { number: id, part } = path.groups ?? {}
    if (id === undefined) {
      if (request.method !== 'GET') throw new Problem(405, 'expected GET')
      const after = url.searchParams.get('after')
      return Response.json(await this.#manager.list(after === null ? {} : { after }))
    }
    switch (`${request.method} ${part ?? ''}`) {
      case 'PUT ': {
        const given = await jsonOf(request)
        await this.#change(() => this.#manager.start(this.#invoice, given, { id }))
        return Response.json({ id }, { status: 202 })
      }
      case 'POST paid': {
        const given = await jsonOf(request)
        await this.#change(() => this.#manager.signal(id, 'paid', given))
        return Response.json({ id }, { status: 202 })
      }
      case 'DELETE ':
        await this.#change(() => this.#manager.cancel(id, { reason: 'withdrawn' }))
        return Response.json({ id })
      case 'GET ': {
        const history = await this.#manager.history(id)
        return Response.json({ ...(await this.#manager.process(id)), history })
      }
      case 'GET timeline.svg': {
        const timeline = timelineOfHistory(await this.#manager.history(id), { id, now: Date.now() })
        return new Response(timelineSvg(timeline), { headers: { 'content-type': 'image/svg+xml' } })
      }
      default:
        throw new Problem(405, `${request.method} is nothing that can be done here`)
    }
  }

  /** What follows from a change is the alarm's to do, also where the object is gone right after the change. */
  async #change(change: () => Promise<unknown>): Promise<void> {
    await ensureAlarm(this.#storage, Date.now() + IN_BETWEEN)
    await change()
    await ensureAlarm(this.#storage, Date.now())
  }
}

async function jsonOf(request: Request): Promise<unknown> {
  const text = await request.text()
  if (text.length > 10_000) throw new Problem(413, 'expected at most 10,000 characters')
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, 'expected JSON')
  }
}
