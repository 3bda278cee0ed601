import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMemoryRecords } from '../../ts/records/memory/index.js'
import { recordStoreSuite } from '../../ts/testing/index.js'
import { serveBundledPage } from './bundled-page.js'
import { launchChromium } from './chromium.js'
import type { PageServer } from './page-server.js'

declare global {
  /** What the page hangs up for this test. */
  var recordsTest: (name: string, ...args: readonly unknown[]) => Promise<unknown>
}

let browser: Browser
let server: PageServer
/** Each test has a profile of its own, as a window in private mode has. */
let context: BrowserContext

beforeAll(async () => {
  server = await serveBundledPage(
    new URL('.', import.meta.url),
    'indexeddb-records-page.mjs',
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

async function tab(options?: { readonly name: string; readonly openTimeout?: number }): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'recordsTest' in globalThis)
  if (options !== undefined) await call(page, 'open', options)
  return page
}

type Called = Pick<Page, 'evaluate'>

function call(page: Called, name: string, ...args: readonly unknown[]): Promise<unknown> {
  return page.evaluate(([called, given]) => globalThis.recordsTest(called, ...given), [name, args] as const)
}

test('the whole record store suite passes on IndexedDB in Chromium', async () => {
  const { count, failures } = (await call(await tab(), 'runSuite')) as { count: number; failures: string[] }
  expect(failures).toEqual([])
  let all = 0
  const create = async () => ({ store: createMemoryRecords() })
  recordStoreSuite({ name: '', test: () => all++, create })
  expect(count).toBe(all)
}, 300_000)

test('SC1 SC2 SC5 SC6 the whole backend suite passes on IndexedDB in Chromium', async () => {
  const { count, failures } = (await call(await tab(), 'runBackendSuite')) as {
    count: number
    failures: string[]
  }
  expect(failures).toEqual([])
  expect(count).toBeGreaterThan(50)
}, 300_000)

test('the whole suite of flow runners passes on IndexedDB in Chromium', async () => {
  const { count, failures } = (await call(await tab(), 'runFlowSuite')) as {
    count: number
    failures: string[]
  }
  expect(failures).toEqual([])
  expect(count).toBeGreaterThan(30)
}, 300_000)

test('S9 the whole suite of step runners passes on IndexedDB in Chromium', async () => {
  const { count, failures } = (await call(await tab(), 'runStepSuite')) as {
    count: number
    failures: string[]
  }
  expect(failures).toEqual([])
  expect(count).toBeGreaterThan(70)
}, 300_000)

test('what was committed is there after a reload', async () => {
  const page = await tab({ name: 'kept' })
  expect(await call(page, 'set', ['orders', 4711], { total: 120 })).toEqual({})
  await page.reload()
  await page.waitForFunction(() => 'recordsTest' in globalThis)
  await call(page, 'open', { name: 'kept' })
  expect(await call(page, 'get', ['orders', 4711])).toEqual({ value: { total: 120 } })
})

test('two tabs and a worker that count on one counter lose nothing', async () => {
  const [one, two] = [await tab({ name: 'shared' }), await tab({ name: 'shared' })]
  await call(one, 'startWorker')
  await call(one, 'inWorker', 'open', { name: 'shared' })
  await Promise.all([
    call(one, 'count', 60),
    call(two, 'count', 60),
    call(two, 'count', 60),
    call(one, 'inWorker', 'count', 60),
  ])
  expect(await call(one, 'get', ['counter'])).toEqual({ value: 240 })
  expect(await call(two, 'countSeen')).toBe(240)
})

test('a commit wakes the other tabs and workers, with its collections, and nobody misses the last one', async () => {
  const [writing, reading] = [await tab({ name: 'woken' }), await tab({ name: 'woken' })]
  await call(reading, 'startWorker')
  await call(reading, 'inWorker', 'open', { name: 'woken' })
  await call(reading, 'listen')
  await call(reading, 'inWorker', 'listen')
  const followers = [call(reading, 'follow', 50), call(reading, 'inWorker', 'follow', 50)]
  await call(writing, 'count', 50)
  expect(await Promise.all(followers)).toEqual([50, 50])
  await call(writing, 'set', ['last'], 1)
  await expect.poll(() => call(reading, 'heard')).toContain('last')
  await expect.poll(() => call(reading, 'inWorker', 'heard')).toContain('last')
  expect(new Set((await call(reading, 'heard')) as string[])).toEqual(new Set(['counter', 'seen', 'last']))
  // And the other way: from the worker to its own page, and to the other tab.
  await call(writing, 'listen')
  await call(reading, 'inWorker', 'set', ['back'], 1)
  await expect.poll(() => call(writing, 'heard')).toEqual(['back'])
  await expect.poll(() => call(reading, 'heard')).toContain('back')
})

test('where the quota is used up, writing is store-full, nothing of it is there, and what was there stays', async () => {
  const page = await tab()
  const devtools = await context.newCDPSession(page)
  const origin = new URL(server.url).origin
  // Before the first write, because the browser remembers for a while how much room there was.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2 ** 21 })
  await call(page, 'open', { name: 'small' })
  expect(await call(page, 'set', ['kept'], 1)).toEqual({})
  const large = Array.from({ length: 8 }, (_, at) => ['large', at])
  expect(await call(page, 'setNoise', large, 2 ** 19)).toEqual({ code: 'store-full', fields: { key: '' } })
  for (const key of large) expect(await call(page, 'get', key)).toEqual({ value: 'nothing' })
  // What is small runs again by itself. Chromium may have used up the room in trying, so it is refused in raw IndexedDB as
  // well, or it has cleared up meanwhile: what is told is what is there.
  const full = { code: 'store-full', fields: { key: '' } }
  const told = (await call(page, 'setBetweenNoise', large, 2 ** 19, ['beside'], 2)) as readonly object[]
  expect([told[0], told[2]]).toEqual([full, full])
  expect(await call(page, 'get', ['kept'])).toEqual({ value: 1 })
  const isThere = !('code' in told[1]!)
  if (!isThere) expect(told[1]).toEqual(full)
  expect(await call(page, 'get', ['beside'])).toEqual({ value: isThere ? 2 : 'nothing' })
  // The person makes room, and the same store goes on.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  expect(await call(page, 'setBetweenNoise', large, 2 ** 19, ['beside'], 2)).toEqual([{}, {}, {}])
  expect(await call(page, 'get', ['beside'])).toEqual({ value: 2 })
})

test('a database that another tab deletes is empty afterwards, and works on', async () => {
  const [ours, theirs] = [await tab({ name: 'deleted' }), await tab()]
  await call(ours, 'count', 3)
  expect(await call(theirs, 'deleteDatabase', 'deleted')).toBe('deleted')
  expect(await call(ours, 'get', ['counter'])).toEqual({ value: 'nothing' })
  // In the middle of writing, too: each transaction is in the old database or in the new one.
  const counting = call(ours, 'count', 100)
  await call(theirs, 'deleteDatabase', 'deleted')
  expect(await counting).toBe('counted')
  const { value } = (await call(ours, 'get', ['counter'])) as { value: number | 'nothing' }
  expect(await call(ours, 'countSeen')).toBe(value === 'nothing' ? 0 : value)
})

test('site data that is cleared under an open store leaves it empty and working', async () => {
  const page = await tab({ name: 'cleared' })
  await call(page, 'count', 3)
  const devtools = await context.newCDPSession(page)
  const origin = new URL(server.url).origin
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
  expect(await call(page, 'get', ['counter'])).toEqual({ value: 'nothing' })
  await call(page, 'count', 2)
  expect(await call(page, 'get', ['counter'])).toEqual({ value: 2 })
})

test('a database of something else is foreign-store, and one of a later schema newer-schema', async () => {
  const page = await tab({ name: 'theirs' })
  await call(page, 'holdOn', 'theirs', 'things', 'a value', 'key')
  expect(await call(page, 'set', ['a'], 1)).toMatchObject({
    code: 'foreign-store',
    fields: { found: 'the object stores "things"' },
  })
  await call(page, 'holdOn', 'later', 'unitflow-records', { format: 'unitflow-records', schema: 7 }, 0)
  await call(page, 'open', { name: 'later' })
  expect(await call(page, 'get', ['a'])).toEqual({ code: 'newer-schema', fields: { found: 7, known: 1 } })
})

test('a sandboxed frame, in which the browser refuses IndexedDB, gets store-failed', async () => {
  const page = await tab()
  await page.evaluate(async () => {
    const element = document.createElement('iframe')
    element.sandbox.add('allow-scripts')
    element.src = location.href
    const loaded = new Promise((resolve) => element.addEventListener('load', resolve))
    document.body.append(element)
    await loaded
  })
  const sandboxed = page.frames().find((other) => other !== page.mainFrame())!
  await sandboxed.waitForFunction(() => 'recordsTest' in globalThis)
  await call(sandboxed, 'open', { name: 'refused' })
  await call(sandboxed, 'listen')
  expect(await call(sandboxed, 'set', ['a'], 1)).toEqual({
    code: 'store-failed',
    fields: { operation: 'transact', key: '' },
  })
})

test.each([
  ['is closed', (page: Page) => page.close()],
  [
    'crashes',
    async (page: Page) => {
      const crashed = page.waitForEvent('crash')
      const devtools = await context.newCDPSession(page)
      // It is never answered.
      void devtools.send('Page.crash').catch(() => undefined)
      await crashed
    },
  ],
])(
  'a page that %s while it writes leaves each transaction whole or absent, and what was told there',
  async (_, end) => {
    const acknowledged: string[] = []
    await context.exposeFunction('acknowledge', (which: string) => void acknowledged.push(which))
    for (let round = 1; round <= 3; round++) {
      const page = await tab({ name: `killed-${round}` })
      acknowledged.length = 0
      await call(page, 'writeOn', 'acknowledge')
      // Each round somewhere else.
      await expect
        .poll(() => acknowledged.length, { interval: 1, timeout: 20_000 })
        .toBeGreaterThan(round * 17)
      await end(page)
      const other = await tab({ name: `killed-${round}` })
      const parts = (await call(other, 'parts')) as Record<string, number>
      expect(Object.values(parts).filter((count) => count !== 5)).toEqual([])
      expect(acknowledged.filter((which) => parts[which] === undefined)).toEqual([])
      await other.close()
    }
  },
)
