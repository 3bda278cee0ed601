import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchChromium } from '../runtimes/chromium.js'
import { serveBrowserApprovals } from './browser-approvals-site.js'
import { expectNoSidewaysScroll, faintTexts, namelessControls } from './browser-editor-page.js'
import type { Site } from './serve-folder.js'

let site: Site
let browser: Browser

beforeAll(async () => {
  site = await serveBrowserApprovals(inject('application'))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  site.close()
})

type BrowserOptions = NonNullable<Parameters<Browser['newContext']>[0]>

/** Runs a test on a database of its own; none of its tabs may complain of anything or reach beyond its site. */
async function inTabs(
  work: (openTab: (order?: string) => Promise<Page>) => Promise<void>,
  options: BrowserOptions = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const complaints: string[] = []
  context.on('page', (page) => {
    page.setDefaultTimeout(60_000)
    page.on('request', (request) => {
      if (!request.url().startsWith(site.url)) complaints.push(request.url())
    })
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  try {
    await work(async (order = '') => {
      const page = await context.newPage()
      await page.goto(`${site.url}#${order}`)
      return page
    })
    expect(complaints.filter((complaint) => !complaint.startsWith('data:'))).toEqual([])
  } finally {
    await context.close()
  }
}

interface Order {
  readonly customer: string
  readonly items: string
  readonly bankTakes?: number
}

/** Starts an order, which is shown then, and gives its id. */
async function start(page: Page, { customer, items, bankTakes = 0 }: Order): Promise<string> {
  await page.getByLabel('Customer').fill(customer)
  await page.getByLabel('Items').fill(items)
  await page.getByLabel('Seconds that the bank takes').fill(String(bankTakes))
  await page.getByRole('button', { name: 'Start the order' }).click()
  await page.getByRole('heading', { name: `${customer}, ` }).waitFor()
  return new URL(page.url()).hash.slice(1)
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click()
}

/** Waits until the order that is shown is in this state. */
async function isIn(page: Page, state: string): Promise<void> {
  await page.locator('.detail-head .chip', { hasText: state }).waitFor()
}

async function facts(page: Page): Promise<readonly string[]> {
  return page.locator('.facts li').allInnerTexts()
}

async function events(page: Page): Promise<readonly string[]> {
  const opened = page.locator('details.events')
  await opened.evaluate((details) => details.setAttribute('open', ''))
  return page.locator('.events li span').allInnerTexts()
}

const POLL = { timeout: 60_000 }

test('SC4 SC8 two tabs share the work; the one that works is closed, and the other goes on to the end', async () => {
  await inTabs(async (openTab) => {
    const first = await openTab()
    const id = await start(first, { customer: 'Ada', items: 'mug, book', bankTakes: 3600 })
    const second = await openTab(id)
    await press(second, 'Approve mug, book, for Ada')
    // In the middle of the payment, in one of the two.
    const running = first.locator('.facts li', { hasText: /^charge runs in tab / })
    await running.waitFor()
    const worker = /^charge runs in (tab \w+ \d+)$/.exec(await running.innerText())?.[1]
    const names = await Promise.all(
      [first, second].map(async (tab) => `tab ${await tab.locator('.tab-name').innerText()}`),
    )
    expect(names).toContain(worker)
    const [closed, left] = names[0] === worker ? [first, second] : [second, first]
    const leftName = names.find((name) => name !== worker) ?? ''
    await expect.poll(() => facts(left), POLL).toContain('The bank has made one charge')
    await closed.close()

    await press(left, 'Ship mug, for Ada')
    await press(left, 'Ship book, for Ada')
    await isIn(left, 'completed')
    expect(await facts(left)).toEqual(['The bank has made one charge, and was asked for it 2 times'])
    const told = await events(left)
    expect(told.filter((words) => words.includes('charge'))).toEqual([
      'To do: charge',
      `Taken: charge, by ${worker ?? ''}`,
      `Taken: charge, by ${leftName}, attempt 2`,
      'charge: completed',
    ])
    expect(told.filter((words) => words.includes(': completed'))).toEqual([
      `approve: completed, by ${names[1] ?? ''}`,
      'charge: completed',
      `ship mug: completed, by ${leftName}`,
      `ship book: completed, by ${leftName}`,
    ])
    expect(await left.locator('.timeline svg title').first().innerHTML()).toContain(`order ${id}: completed`)
  })
})

test('SC4 a shipment that fails calls the others off, gives the money back, and cancels the order', async () => {
  await inTabs(async (openTab) => {
    const page = await openTab()
    await start(page, { customer: 'Bob', items: 'mug, book' })
    await press(page, 'Approve mug, book, for Bob')
    await press(page, 'Fail mug, for Bob')
    await isIn(page, 'canceled')
    await page.getByText('Why: mug cannot be shipped').waitFor()
    expect(await facts(page)).toEqual(['The bank has made one charge', 'The bank has made one refund'])
    await expect.poll(() => page.locator('.task').count(), POLL).toBe(0)
  })
})

test('SC4 an order that is rejected is not paid; a signal adds an item; an order can be withdrawn', async () => {
  await inTabs(async (openTab) => {
    const page = await openTab()
    await start(page, { customer: 'Cleo', items: 'tea' })
    await press(page, 'Reject tea, for Cleo')
    await isIn(page, 'canceled')
    expect(await facts(page)).toEqual([])

    await start(page, { customer: 'Dora', items: 'cup' })
    await page.getByLabel('One more item').fill('spoon')
    await press(page, 'Add it')
    await press(page, 'Approve cup, for Dora')
    await press(page, 'Ship spoon, for Dora')
    await press(page, 'Ship cup, for Dora')
    await isIn(page, 'completed')

    await start(page, { customer: 'Emil', items: 'lamp' })
    await page.getByRole('button', { name: 'Approve lamp, for Emil' }).waitFor()
    await press(page, 'Withdraw the order')
    await isIn(page, 'canceled')
    const listed = await page.locator('.orders li').allInnerTexts()
    expect(listed.map((text) => text.split(/\s+/)).map(([customer, , state]) => [customer, state])).toEqual([
      ['Emil', 'canceled'],
      ['Dora', 'completed'],
      ['Cleo', 'canceled'],
    ])
  })
})

test('what was begun is there when all tabs were closed, and nobody works until a tab does', async () => {
  await inTabs(async (openTab) => {
    const before = await openTab()
    const id = await start(before, { customer: 'Finn', items: 'pen' })
    await before.getByRole('button', { name: 'Approve pen, for Finn' }).waitFor()
    await before.close()
    const after = await openTab(id)
    await after.getByRole('checkbox').uncheck()
    await press(after, 'Approve pen, for Finn')
    await expect.poll(() => after.locator('.task').count(), POLL).toBe(0)
    await isIn(after, 'waits for approval')
    await after.getByRole('checkbox').check()
    await press(after, 'Ship pen, for Finn')
    await isIn(after, 'completed')
  })
})

test('of two who press the same button, one is told that the other was faster', async () => {
  await inTabs(async (openTab) => {
    const page = await openTab()
    await start(page, { customer: 'Gus', items: 'hat' })
    const button = page.getByRole('button', { name: 'Approve hat, for Gus' })
    await button.waitFor()
    await button.evaluate((element: HTMLElement) => {
      element.click()
      element.click()
    })
    await page.getByRole('alert').getByText('Somebody was faster').waitFor()
    await press(page, 'Ship hat, for Gus')
    await isIn(page, 'completed')
  })
})

test('all of it can be done with the keyboard', async () => {
  await inTabs(async (openTab) => {
    const page = await openTab()
    const { keyboard } = page
    const isFocused = (selector: string): Promise<boolean> =>
      page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)
    const tabTo = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 30 && !(await isFocused(selector)); presses++)
        await keyboard.press('Tab')
      expect(await isFocused(selector), selector).toBe(true)
    }
    await tabTo('input[name=items]')
    await keyboard.press('Control+A')
    await keyboard.type('ink')
    await tabTo('input[name=bank-takes]')
    await keyboard.press('Control+A')
    await keyboard.type('0')
    await keyboard.press('Enter')
    // The order that was started is read out.
    await expect.poll(() => isFocused('#detail-title'), POLL).toBe(true)
    for (const title of ['Approve ink', 'Ship ink']) {
      await page.locator('.task-title', { hasText: title }).waitFor()
      await page.locator('#tasks-title').focus()
      await tabTo('.task .button.main')
      await keyboard.press('Enter')
      expect(await isFocused('#tasks-title')).toBe(true)
    }
    await isIn(page, 'completed')
    await expect.poll(() => page.getByRole('status').innerText(), POLL).toBe('Shipped ink')
    await tabTo('summary')
    await keyboard.press('Enter')
    expect(await page.getByText('The order has come in').isVisible()).toBe(true)
  })
})

test.each([
  ['light', 360],
  ['light', 1200],
  ['dark', 360],
  ['dark', 1200],
] as const)(
  'in %s, %i px wide, it fits, can be read, and every control has a name',
  async (colorScheme, width) => {
    await inTabs(
      async (openTab) => {
        const page = await openTab()
        await start(page, { customer: 'Hildegard von Bingen', items: `mug, ${'verylongword'.repeat(6)}` })
        await press(page, 'Approve mug')
        await press(page, 'Ship mug')
        await isIn(page, 'is being shipped')
        await events(page)
        await page.getByRole('button', { name: 'Ship verylongword' }).waitFor()
        await page.locator('.timeline svg').waitFor()
        await expectNoSidewaysScroll(page)
        expect(await faintTexts(page)).toEqual([])
        expect(await namelessControls(page)).toEqual([])
        const drawn = await page.locator('.timeline').evaluate((box) => [box.scrollWidth, box.clientWidth])
        expect(drawn[0]).toBe(drawn[1])
      },
      { colorScheme, viewport: { width, height: 800 } },
    )
  },
)
