import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { serveBundledPage } from './bundled-page.js'
import { launchChromium } from './chromium.js'
import type { PageServer } from './page-server.js'

interface Told {
  readonly value?: unknown
  readonly code?: string
  readonly fields?: Readonly<Record<string, unknown>>
}

/** What the page hangs up for this test. */
interface Trouble {
  open(options: { readonly name: string; readonly storeName?: string; readonly openTimeout?: number }): void
  set(key: string, bytes: number): Promise<Told>
  setMany(keys: readonly string[], bytes: number): Promise<Told>
  size(key: string): Promise<Told>
  deleteDatabase(name: string): Promise<Told>
  holdOn(name: string): Promise<Told>
  letGo(): void
}

declare global {
  var trouble: Trouble
}

let browser: Browser
let server: PageServer
/** Each test has a profile of its own, as a window in private mode has. */
let context: BrowserContext

beforeAll(async () => {
  server = await serveBundledPage(
    new URL('.', import.meta.url),
    'indexeddb-trouble-page.mjs',
    "script-src 'self'",
  )
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  server.close()
})
beforeEach(async () => {
  context = await browser.newContext()
})
afterEach(() => context.close())

async function tab(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'trouble' in globalThis)
  return page
}

test('U29 U30 where the quota is used up, writing is store-full, nothing of it is there, and what was there stays', async () => {
  const page = await tab()
  const devtools = await context.newCDPSession(page)
  const origin = new URL(server.url).origin
  // Before the first write, because the browser remembers for a while how much room there was.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2 ** 20 })
  await page.evaluate(() => globalThis.trouble.open({ name: 'small' }))
  expect(await page.evaluate(() => globalThis.trouble.set('kept', 1000))).toEqual({})
  const full = await page.evaluate(() => globalThis.trouble.set('large', 8 * 2 ** 20))
  expect(full).toEqual({ code: 'store-full', fields: { key: 'large' } })
  const many = await page.evaluate(() => globalThis.trouble.setMany(['a', 'b', 'c'], 3 * 2 ** 20))
  expect(many.code).toBe('store-full')
  for (const key of ['large', 'a', 'b', 'c'])
    expect(await page.evaluate((name) => globalThis.trouble.size(name), key)).toEqual({ value: 'nothing' })
  expect(await page.evaluate(() => globalThis.trouble.size('kept'))).toEqual({ value: 1000 })
  // The person makes room, and the same store goes on.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  expect(await page.evaluate(() => globalThis.trouble.set('large', 8 * 2 ** 20))).toEqual({})
  expect(await page.evaluate(() => globalThis.trouble.size('large'))).toEqual({ value: 8 * 2 ** 20 })
})

test('U31 a database that another tab deletes is empty afterwards, and works on', async () => {
  const [ours, theirs] = [await tab(), await tab()]
  await ours.evaluate(() => globalThis.trouble.open({ name: 'shared' }))
  await ours.evaluate(() => globalThis.trouble.set('a', 10))
  expect(await theirs.evaluate(() => globalThis.trouble.deleteDatabase('shared'))).toEqual({
    value: 'deleted',
  })
  expect(await ours.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 'nothing' })
  expect(await ours.evaluate(() => globalThis.trouble.set('a', 20))).toEqual({})
  expect(await ours.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 20 })
})

test('U31 site data that is cleared under an open store leaves it empty and working', async () => {
  const page = await tab()
  await page.evaluate(() => globalThis.trouble.open({ name: 'cleared' }))
  await page.evaluate(() => globalThis.trouble.set('a', 10))
  const devtools = await context.newCDPSession(page)
  const origin = new URL(server.url).origin
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
  expect(await page.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 'nothing' })
  expect(await page.evaluate(() => globalThis.trouble.set('a', 20))).toEqual({})
  expect(await page.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 20 })
})

test('U31 an upgrade that another tab does not give way to is store-blocked, and goes on once it does', async () => {
  const [ours, theirs] = [await tab(), await tab()]
  await theirs.evaluate(() => globalThis.trouble.holdOn('blocked'))
  await ours.evaluate(() => globalThis.trouble.open({ name: 'blocked', openTimeout: 300 }))
  expect(await ours.evaluate(() => globalThis.trouble.set('a', 10))).toEqual({
    code: 'store-blocked',
    fields: { database: 'blocked', waited: 300 },
  })
  await theirs.evaluate(() => globalThis.trouble.letGo())
  expect(await ours.evaluate(() => globalThis.trouble.set('a', 10))).toEqual({})
  expect(await ours.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 10 })
})

test('U28 stores of two tabs join one database, see their own values, and neither locks the other out', async () => {
  const [one, two] = [await tab(), await tab()]
  await one.evaluate(() => globalThis.trouble.open({ name: 'joined', storeName: 'one' }))
  await one.evaluate(() => globalThis.trouble.set('a', 1))
  await two.evaluate(() => globalThis.trouble.open({ name: 'joined', storeName: 'two' }))
  expect(await two.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 'nothing' })
  await two.evaluate(() => globalThis.trouble.set('a', 2))
  expect(await one.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 1 })
  expect(await two.evaluate(() => globalThis.trouble.size('a'))).toEqual({ value: 2 })
})

test('U29 a sandboxed frame, in which the browser refuses IndexedDB, gets store-failed that says so', async () => {
  const page = await tab()
  const frame = await page.evaluate(async () => {
    const element = document.createElement('iframe')
    element.sandbox.add('allow-scripts')
    element.src = location.href
    const loaded = new Promise((resolve) => element.addEventListener('load', resolve))
    document.body.append(element)
    await loaded
    return true
  })
  expect(frame).toBe(true)
  const sandboxed = page.frames().find((other) => other !== page.mainFrame())!
  await sandboxed.waitForFunction(() => 'trouble' in globalThis)
  await sandboxed.evaluate(() => globalThis.trouble.open({ name: 'refused' }))
  expect(await sandboxed.evaluate(() => globalThis.trouble.set('a', 1))).toEqual({
    code: 'store-failed',
    fields: { operation: 'set', key: 'a' },
  })
})
