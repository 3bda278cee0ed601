import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  readElementUnit,
  unitJson,
} from '../../ts/index.js'
import { launchChromium } from '../runtimes/chromium.js'
import type { EditorPage } from './browser-editor-page.js'
import {
  dropFile,
  expectNoSidewaysScroll,
  faintTexts,
  namelessControls,
  openEditor,
  openSample,
  shownVersion,
  shows,
} from './browser-editor-page.js'
import type { Site } from './browser-editor-site.js'
import { serveBrowserEditor } from './browser-editor-site.js'

/** The beginning of what BPMN editors write. */
const BPMN =
  '<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'

let site: Site
let browser: Browser
let specs: string

beforeAll(async () => {
  specs = await readFile(new URL('../../examples/workflows/order-company.c.json', import.meta.url), 'utf8')
  site = await serveBrowserEditor(inject('application'))
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

/** Runs a test on a page of its own, which must not complain of anything or reach beyond its site. */
async function onPage(
  work: (editor: EditorPage) => Promise<void>,
  options?: Parameters<typeof openEditor>[2],
): Promise<void> {
  const editor = await openEditor(browser, site.url, options)
  try {
    await work(editor)
    expect(editor.complaints).toEqual([])
  } finally {
    await editor.close()
  }
}

test('U18 the sample is drawn with its unit sizes, and a click shows a unit', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    const { manifest, version } = decompose(specs)
    expect(await page.locator('.unit').count()).toBe(manifest.objects.length)
    expect(await shownVersion(page)).toBe(version)
    const payment = page.getByRole('button', { name: /^Payment, 16 KB, 3 processes/ })
    await payment.click()
    await shows(page, 'Take a payment')
    const facts = await page.locator('.pane-unit .facts').innerText()
    expect(facts).toContain('Collect_Payment')
    expect(facts).toContain('Fraud_Check')
    const { hash } = manifest.processes.find(({ id }) => id === 'Payment')!
    expect(await page.locator('.hash').getAttribute('title')).toBe(hash)
    expect(await payment.getAttribute('aria-pressed')).toBe('true')
  })
})

test('U19 a call leads to the called process, and the way back is the browser’s', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    await page.getByRole('link', { name: 'Calls Shipping' }).click()
    await shows(page, 'Ship')
    await page.getByRole('tab', { name: 'JSON' }).click()
    await page.getByText('Whole unit').click()
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'orders', specs)
    const unit = await readElementUnit(store, 'orders', { processId: 'Shipping' })
    await page.locator('.json', { hasText: 'subprocess_specs' }).waitFor()
    expect(JSON.parse(await page.locator('.json').innerText())).toEqual(JSON.parse(unitJson(unit)))
    await page.goBack()
    await page.goBack()
    await shows(page, 'Handle an order')
    await page.goForward()
    await shows(page, 'Ship')
    expect(new URL(page.url()).hash).toContain('/Shipping/')
  })
})

test('U20 picked elements give the resume unit, with the reason for each process, as a file', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    await page.getByRole('checkbox', { name: 'A run stands at Approve the payment' }).check()
    await page.getByRole('link', { name: 'Calls Shipping' }).click()
    await shows(page, 'Ship')
    await page
      .locator('.element', { hasText: 'user task' })
      .or(page.locator('.element').nth(1))
      .first()
      .getByRole('checkbox')
      .check()
    await page.goBack()
    await shows(page, 'Handle an order')
    await page.getByRole('tab', { name: 'Resume unit 2' }).click()
    const reasons = page.locator('.reasons li')
    await reasons.first().waitFor()
    expect(await reasons.nth(0).innerText()).toMatch(
      /^Order\s+10 KB\s+it is the process that runs; the run stands at Approve_Payment; leads on to Shipping$/,
    )
    expect(await reasons.allInnerTexts()).toContainEqual(
      expect.stringMatching(/^Shipping\s+9.8 KB\s+the run stands at /),
    )
    expect(await reasons.allInnerTexts()).toContainEqual(
      expect.stringMatching(/^Hand_Over\s+.*\s+drawn in Shipping$/),
    )
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the unit' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('Order.unit.json')
    const unit = JSON.parse(await readFile(await download.path(), 'utf8')) as Record<string, object>
    expect(Object.keys(unit['subprocess_specs']!).sort()).toEqual(['Hand_Over', 'Shipping'])
  })
})

test('U32 an edited script changes one object, byte for byte as caching the whole would, and undo restores the version', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    const before = await shownVersion(page)
    await page.getByRole('link', { name: 'Register the order' }).click()
    const script = page.getByRole('textbox', { name: 'Script' })
    const old = await script.inputValue()
    await script.fill('order = {"number": 1.0}\n')
    await page.getByRole('button', { name: 'Save' }).click()
    const report = page.getByRole('region', { name: 'What changed' })
    await report.getByRole('heading', { name: '1 object changed, 23 stay as they were' }).waitFor()
    expect(await report.getByRole('listitem').innerText()).toMatch(
      /^Order [0-9a-f]{10} 10 KB → [0-9a-f]{10} 9.7 KB$/,
    )
    const edited = specs.replace(JSON.stringify(old), JSON.stringify('order = {"number": 1.0}\n'))
    const { version } = decompose(edited)
    expect(version).not.toBe(before)
    await page.locator(`.version[title="${version}"]`).waitFor()

    await report.getByRole('link', { name: 'Compare' }).click()
    await page.getByText('runs can move over').waitFor()
    expect(await page.locator('.group', { hasText: 'Changed' }).innerText()).toMatch(/Changed\s1\s[^]*Order$/)
    expect(await page.locator('.group', { hasText: 'Elements gone' }).innerText()).toContain(
      'Elements gone 0',
    )

    await page.goBack()
    // What undo needs lasts, too.
    await page.reload()
    await page.getByRole('button', { name: 'Undo last edit' }).click()
    await page.locator(`.version[title="${before}"]`).waitFor()
    await expect.poll(() => page.getByRole('textbox', { name: 'Script' }).inputValue()).toBe(old)
    expect(await page.getByRole('button', { name: 'Undo last edit' }).count()).toBe(0)
  })
})

test('U32 the JSON of a task can be edited; what is no JSON, or no task, is refused with its place', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    const before = await shownVersion(page)
    await page.getByRole('link', { name: 'Close the order' }).click()
    await page.getByText('All of it as JSON').click()
    const json = page.getByRole('textbox', { name: 'Task as JSON' })
    const task = await json.inputValue()
    await json.fill(`${task}, "more": {}`)
    await page.getByRole('button', { name: 'Save' }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('not-json').waitFor()
    await json.fill(task.replace(/"inputs": \[[^\]]*\]/, '"inputs": 5'))
    await page.getByRole('button', { name: 'Save' }).click()
    await alert.getByText('bad-spec').waitFor()
    expect(await alert.innerText()).toContain('/task_specs/Close_Order/inputs')
    expect(await shownVersion(page)).toBe(before)
    await json.fill(task.replace('"Close the order"', '"Close it"'))
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: '1 object changed' }).waitFor()
    await page.getByRole('heading', { name: 'Close it' }).waitFor()
    expect(await alert.count()).toBe(0)
  })
})

test('U30 workflows, versions and names last over a reload, and deleting asks first', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    await page.goto(site.url)
    await page.getByRole('button', { name: 'Rename order-company' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Orders of 2026')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Orders of 2026' }).waitFor()
    await page.reload()
    expect(await page.locator('.storage').innerText()).toMatch(/Storage in use: [\d.]+ [KMG]?B of /)
    await page.getByRole('link', { name: 'Orders of 2026' }).click()
    await shows(page, 'Handle an order')
    expect(await page.locator('.unit').count()).toBe(24)
    await page.goBack()
    await page.getByRole('button', { name: 'Delete Orders of 2026' }).click()
    // A key that is pressed before the question is there is no answer to it.
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await page.getByRole('link', { name: 'Orders of 2026' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Delete Orders of 2026' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'Take a workflow apart' }).waitFor()
    expect((await page.evaluate(() => indexedDB.databases())).length).toBe(1)
  })
})

test('U33 a dropped .bpmn file, text that is no JSON and a broken spec are told what to do', async () => {
  await onPage(async ({ page }) => {
    const alert = page.getByRole('alert')
    await dropFile(page, 'approval.bpmn', BPMN)
    await alert.getByText('approval.bpmn could not be opened').waitFor()
    expect(await alert.innerText()).toMatch(
      /not-a-spec[^]*BPMN XML[^]*What to do:[^]*export_specs\.py --process/,
    )
    await dropFile(page, 'notes.json', '{"spec": {,}}')
    await alert.getByText('notes.json could not be opened').waitFor()
    expect(await alert.innerText()).toMatch(/not-json[^]*line 1, column 11/)
    await dropFile(page, 'half.json', '{"spec": {"name": 5}, "subprocess_specs": {}}')
    await alert.getByText('half.json could not be opened').waitFor()
    expect(await alert.innerText()).toMatch(/bad-spec[^]*\/spec/)
    await alert.getByRole('button', { name: 'Dismiss' }).click()
    // Nothing is left of what could not be opened.
    expect((await page.evaluate(() => indexedDB.databases())).length).toBe(1)
    await dropFile(page, 'orders.json', specs)
    await shows(page, 'Handle an order')
  })
})

test('a file of a known name becomes a new version, of which only what differs is written', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    await dropFile(
      page,
      'order-company.json',
      specs.replaceAll('"Pay"', '"Pay now"').replace('Handle an order', 'Handle orders'),
    )
    await page.getByRole('dialog').getByRole('button', { name: 'Open as its new version' }).click()
    await page.getByRole('heading', { name: '1 object changed, 23 stay as they were' }).waitFor()
    await page.getByRole('link', { name: 'Compare', exact: true }).first().click()
    await page.getByText('36 processes are the same').waitFor()
  })
})

test('two tabs work on one database: each hears of the other, and an edit of what has changed is refused, not lost', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    const before = await shownVersion(page)
    await page.getByRole('link', { name: 'Register the order' }).click()
    const other = await page.context().newPage()
    // Both cache and draw on a machine that others share; a page behind another one also runs its timers late.
    for (const tab of [page, other]) tab.setDefaultTimeout(60_000)
    await other.goto(page.url())
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('Take the order down')
    await other.getByRole('textbox', { name: 'Name' }).fill('Note the order')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('heading', { name: '1 object changed' }).waitFor()
    // What was saved is told before the version is shown that it made, and the other tab may be the first to show that.
    await other.locator(`.version:not([title="${before}"])`).waitFor()
    await page.bringToFront()
    await page.locator(`.version[title="${await shownVersion(other)}"]`).waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('changed-meanwhile').waitFor()
    expect(await name.inputValue()).toBe('Take the order down')
    await page.getByRole('button', { name: 'Reload the task' }).click()
    await expect.poll(() => name.inputValue(), { timeout: 60_000 }).toBe('Note the order')
    await name.fill('Take the order down')
    await page.getByRole('button', { name: 'Save' }).click()
    await other.bringToFront()
    await other.getByRole('heading', { name: 'Take the order down' }).waitFor()
  })
})

test('the keyboard alone opens the sample, walks the graph, marks an element, follows a call', async () => {
  await onPage(async ({ page }) => {
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement
        return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
      })
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        if (name.test(await focused())) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`no Tab leads to ${String(name)}`)
    }
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await tabTo(/^Open the sample$/)
    await page.keyboard.press('Enter')
    await shows(page, 'Handle an order')
    await tabTo(/^Order, 10 KB/)
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toMatch(/^(Shipping|Payment), /)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await shows(page, (await focused()).startsWith('Shipping') ? 'Ship' : 'Take a payment')
    await tabTo(/^A run stands at /)
    await page.keyboard.press('Space')
    await page.getByRole('tab', { name: 'Resume unit 1' }).waitFor()
    await tabTo(/^Calls /)
    const called = (await focused()).slice('Calls '.length)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.hash.includes(`/${called}/`))
    await page.locator('#search').focus()
    await page.keyboard.type('refund')
    await page.getByText('1 of 37 processes').waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.hash.includes('/Refund/'))
  })
})

for (const [width, colorScheme] of [
  [360, 'dark'],
  [768, 'light'],
  [1600, 'dark'],
] as const) {
  test(`at ${width} px, ${colorScheme}: nothing scrolls sideways, every control has a name, every text its contrast`, async () => {
    await onPage(
      async ({ page }) => {
        const check = async (): Promise<void> => {
          await expectNoSidewaysScroll(page)
          expect(await namelessControls(page)).toEqual([])
          expect(await faintTexts(page)).toEqual([])
        }
        await check()
        await dropFile(page, 'approval.bpmn', BPMN)
        await page.getByRole('alert').waitFor()
        await check()
        await openSample(page)
        await check()
        if (width < 720) await page.getByText('Unit', { exact: true }).click()
        await check()
        await page.getByRole('checkbox').first().check()
        await page.getByRole('tab', { name: 'Resume unit 1' }).click()
        await page.getByText('What is in it, and why').waitFor()
        await check()
        await page.getByRole('tab', { name: /Elements/ }).click()
        await page.getByRole('link', { name: 'Register the order' }).click()
        await page.getByRole('textbox', { name: 'Name' }).fill('Take the order')
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByRole('heading', { name: '1 object changed' }).waitFor()
        await check()
        await page.getByRole('navigation').getByRole('link', { name: 'Compare' }).click()
        await page.getByText('runs can move over').waitFor()
        await check()
        await page.getByRole('navigation').getByRole('link', { name: 'Workflows' }).click()
        await page.getByRole('button', { name: 'Delete order-company' }).click()
        await check()
      },
      { viewport: { width, height: 800 }, colorScheme },
    )
  })
}

test('the theme follows the system until one is chosen, which lasts', async () => {
  await onPage(
    async ({ page }) => {
      const paper = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
      expect(await paper()).toBe('rgb(18, 21, 27)')
      await page.getByText('Light', { exact: true }).click()
      expect(await paper()).toBe('rgb(246, 247, 249)')
      await page.reload()
      await page.getByRole('heading', { name: 'Take a workflow apart' }).waitFor()
      expect(await paper()).toBe('rgb(246, 247, 249)')
    },
    { colorScheme: 'dark' },
  )
})
