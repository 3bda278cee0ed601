import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit, unitJson } from '../../ts/index.js'
import { cacheStoreSuite } from '../../ts/testing/index.js'
import { serveBundledPage } from './bundled-page.js'
import { launchChromium } from './chromium.js'
import type { PageServer } from './page-server.js'

/** What the page hangs up for this test. */
interface UnitflowTest {
  runSuite(): Promise<{ readonly count: number; readonly failures: readonly string[] }>
  cache(specs: string): Promise<number>
  read(): Promise<string>
}

declare global {
  var unitflowTest: UnitflowTest
}

let browser: Browser
let server: PageServer
let page: Page

beforeAll(async () => {
  server = await serveBundledPage(
    new URL('.', import.meta.url),
    'indexeddb-page.mjs',
    "script-src 'self' 'wasm-unsafe-eval'",
  )
  browser = await launchChromium()
  page = await browser.newPage()
  await open()
})

afterAll(async () => {
  await browser.close()
  server.close()
})

async function open(): Promise<void> {
  await page.goto(server.url)
  await page.waitForFunction(() => 'unitflowTest' in globalThis)
}

test('U28 U29 U30 the whole store suite passes on IndexedDB in Chromium', async () => {
  const { count, failures } = await page.evaluate(() => globalThis.unitflowTest.runSuite())
  expect(failures).toEqual([])
  let all = 0
  cacheStoreSuite({ name: '', test: () => all++, create: async () => ({ store: createMemoryStore() }) })
  expect(count).toBe(all)
}, 120_000)

test('U30 what was cached in IndexedDB is there after a reload, and is the unit that Node reads', async () => {
  const specs = await readFile(
    new URL('../../examples/workflows/order-company.c.json', import.meta.url),
    'utf8',
  )
  expect(await page.evaluate((text) => globalThis.unitflowTest.cache(text), specs)).toBe(24)
  await page.reload()
  await open()
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'orders', specs)
  const expected = unitJson(await readElementUnit(store, 'orders', { processId: 'Order' }))
  expect(await page.evaluate(() => globalThis.unitflowTest.read())).toBe(expected)
  // Caching again in the new page writes nothing.
  expect(await page.evaluate((text) => globalThis.unitflowTest.cache(text), specs)).toBe(0)
})
