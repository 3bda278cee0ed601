import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unitJson } from 'unitflow'
import type { UnitRequest } from 'unitflow'
import { serveBundledPage } from '../runtimes/bundled-page.js'
import { launchChromium } from '../runtimes/chromium.js'
import type { PageServer } from '../runtimes/page-server.js'
import { edgeFunction, unitInMemory } from './edge-function-worker.js'

declare global {
  var readFromEdge: (url: string, token: string, request: UnitRequest) => Promise<string>
}

const edge = edgeFunction('edge-function-browser')
const start = { processId: 'Order' }
const resume = { processId: 'Order', elements: [{ processId: 'Shipping', elementId: 'Pack' }] }
let server: PageServer
let context: BrowserContext
let stop: () => Promise<void>

beforeAll(async () => {
  // Without 'wasm-unsafe-eval': a page that only reads needs no WebAssembly.
  server = await serveBundledPage(
    new URL('.', import.meta.url),
    'edge-function-page.mjs',
    "script-src 'self'",
  )
  const browser = await launchChromium()
  context = await browser.newContext()
  stop = () => browser.close()
})
afterAll(async () => {
  await stop()
  server.close()
})

async function open(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'readFromEdge' in globalThis)
  return page
}

function read(page: Page, request: UnitRequest): Promise<string> {
  const asked = { url: edge.url, token: 'acme-read', request }
  return page.evaluate((it) => globalThis.readFromEdge(it.url, it.token, it.request), asked)
}

test('a page of another origin reads units from the edge in three lines, and reads them again without a network', async () => {
  await edge.put('orders')
  const expected = unitJson(await unitInMemory(edge.specs, start))
  const page = await open()
  expect(await read(page, start)).toBe(expected)
  await context.setOffline(true)
  expect(await read(page, start)).toBe(expected)
  // What it has never had it cannot have, and says so.
  expect(await read(page, resume)).toBe('store-failed')
  await context.setOffline(false)
  expect(await read(page, resume)).toBe(unitJson(await unitInMemory(edge.specs, resume)))
})
