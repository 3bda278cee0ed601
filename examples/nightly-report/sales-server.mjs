import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * Stands for the shop's server, on this machine alone: tells what was sold on a day, the same each time, once it has failed
 * a few times.
 *
 * @param {{ failures?: number, before?: () => Promise<void> | void }} [options] how many requests fail first (default 2);
 * what is waited for before one is answered
 */
export async function startSalesServer({ failures = 2, before = () => undefined } = {}) {
  let requests = 0
  const server = createServer(async (request, response) => {
    const isToFail = ++requests <= failures
    await before()
    const date = new URL(request.url ?? '/', 'http://shop').searchParams.get('date') ?? ''
    if (isToFail) response.writeHead(503).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(salesOf(date)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/sales`,
    /** How often it was asked. */
    requests: () => requests,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const PRICES = { Mug: 990, Teapot: 4900, 'Tea, 100 g': 750, 'Honey & lemon': 620, Tray: 2300 }

/**
 * @param {string} date
 * @returns {import('./report-flow.mjs').Sale[]}
 */
function salesOf(date) {
  const products = Object.entries(PRICES)
  let seed = [...date].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7)
  const draw = (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  return Array.from({ length: 120 + draw(80) }, () => {
    const [product = '', cents = 0] = products[draw(products.length)] ?? []
    const count = 1 + draw(3)
    return { product, count, cents: cents * count }
  })
}
