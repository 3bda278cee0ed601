import { problemResponse, Problem } from './problem.js'

export { Customer } from './customer.js'

interface Env {
  readonly CUSTOMERS: {
    idFromName(name: string): unknown
    get(id: unknown): { fetch(request: Request): Promise<Response> }
  }
}

/** Hands a request to the object of its customer, of which there is one in the world. */
const worker: { fetch(request: Request, env: Env): Promise<Response> } = {
  async fetch(request, { CUSTOMERS }) {
    const [, customer] =
      /^\/customers\/([^/]{1,100})\/invoices(\/|$)/.exec(new URL(request.url).pathname) ?? []
    if (customer === undefined) return problemResponse(new Problem(404, 'there is nothing at this path'))
    return CUSTOMERS.get(CUSTOMERS.idFromName(customer)).fetch(request)
  },
}
export default worker
