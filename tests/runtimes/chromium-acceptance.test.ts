import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit, unitJson } from '../../ts/index.js'
import { launchChromium } from './chromium.js'
import type { Hosts } from './hosts.js'
import { bundleHost, prepareHosts } from './hosts.js'
import { servePages } from './page-server.js'

/** What a page that uses the core needs, and nothing more. */
const INSTANTIATE = "script-src 'self' 'wasm-unsafe-eval'"

let hosts: Hosts
let browser: Browser

beforeAll(async () => {
  hosts = await prepareHosts('chromium')
  browser = await launchChromium()
})
afterAll(() => browser.close())

async function open(files: Readonly<Record<string, string>>, policy: string): Promise<Page> {
  const server = await servePages(files, policy)
  const page = await browser.newPage()
  onTestFinished(async () => {
    await page.close()
    server.close()
  })
  await page.goto(server.url)
  return page
}

async function openAcceptance(): Promise<Page> {
  const files = {
    'main.js': await bundleHost(hosts, 'page-host.mjs'),
    'worker.js': await bundleHost(hosts, 'page-worker-host.mjs'),
    'service-worker.js': await bundleHost(hosts, 'page-service-worker-host.mjs'),
    'specs.json': hosts.specs,
  }
  const page = await open(files, INSTANTIATE)
  await page.waitForFunction('globalThis.runInWorker !== undefined')
  return page
}

test('a page of Chromium and its workers give the same bytes under a Content-Security-Policy', async () => {
  const page = await openAcceptance()
  expect(await page.evaluate('runInPage()')).toBe(hosts.expected)
  expect(await page.evaluate('runInWorker()')).toBe(hosts.expected)
  expect(await page.evaluate("runInServiceWorker('accept')")).toBe(hosts.expected)
})

test('what a service worker has cached in IndexedDB is there after a reload, for the page and its next service worker', async () => {
  const page = await openAcceptance()
  expect(await page.evaluate("runInServiceWorker('cache')")).toBe(24)
  const unit = await page.evaluate('readOfServiceWorker()')
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('ServiceWorker.enable')
  await devtools.send('ServiceWorker.stopAllWorkers')
  await page.reload()
  await page.waitForFunction('globalThis.runInWorker !== undefined')
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'orders', hosts.specs)
  const expected = unitJson(await readElementUnit(store, 'orders', { processId: 'Order' }))
  expect(unit).toBe(expected)
  expect(await page.evaluate('readOfServiceWorker()')).toBe(expected)
  expect(await page.evaluate("runInServiceWorker('read')")).toBe(expected)
  expect(await page.evaluate("runInServiceWorker('cache')")).toBe(0)
})

test('where a page may not compile WebAssembly, caching says what the policy lacks and reading works', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'company', hosts.specs)
  const content: Record<string, string> = {}
  for await (const key of store.keys()) content[key] = Buffer.from((await store.get(key))!).toString('base64')
  const files = {
    'main.js': await bundleHost(hosts, 'reading-page-host.mjs'),
    'store.json': JSON.stringify(content),
  }
  const page = await open(files, "script-src 'self'")
  await page.waitForFunction('globalThis.read !== undefined')
  expect(await page.evaluate('refusal()')).toMatchObject({
    code: 'wasm-unavailable',
    message: expect.stringContaining("'wasm-unsafe-eval'") as string,
  })
  expect(await page.evaluate('read()')).toBe(
    unitJson(await readElementUnit(store, 'company', { processId: 'Order' })),
  )
})
