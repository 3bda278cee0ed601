import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchChromium } from '../runtimes/chromium.js'
import type { EditorPage } from './browser-editor-page.js'
import {
  dropFile,
  expectNoSidewaysScroll,
  faintTexts,
  namelessControls,
  openEditor,
  openSample,
  shows,
} from './browser-editor-page.js'
import type { Site } from './browser-editor-site.js'
import { serveBrowserEditor } from './browser-editor-site.js'

let site: Site
let browser: Browser
let approval: string
/** A process that waits for a message, or two weeks. */
let backOrder: string

interface Specs {
  readonly spec: unknown
  readonly subprocess_specs: Readonly<
    Record<string, { readonly task_specs: Readonly<Record<string, object>> }>
  >
}

beforeAll(async () => {
  const workflows = new URL('../../examples/workflows/', import.meta.url)
  approval = await readFile(new URL('approval.c.json', workflows), 'utf8')
  const company = JSON.parse(await readFile(new URL('order-company.c.json', workflows), 'utf8')) as Specs
  const process = company.subprocess_specs['Back_Order']!
  const call = { ...process.task_specs['Order_At_Supplier'], typename: 'NoneTask', spec: undefined }
  const spec = { ...process, task_specs: { ...process.task_specs, Order_At_Supplier: call } }
  backOrder = JSON.stringify({ ...company, spec, subprocess_specs: {} })
  site = await serveBrowserEditor(inject('application'))
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

const POLL = { timeout: 60_000 }

/** Runs a test on a database of its own; no tab may complain of anything or reach beyond its site. */
async function onPage(
  work: (editor: EditorPage) => Promise<void>,
  options?: Parameters<typeof openEditor>[2],
): Promise<void> {
  const editor = await openEditor(browser, site.url, options)
  patient(editor.page)
  try {
    await work(editor)
    expect(editor.complaints).toEqual([])
  } finally {
    await editor.close()
  }
}

/** Decisions, flushes and many tabs share the processor. */
function patient(page: Page): void {
  page.setDefaultTimeout(60_000)
}

/** Opens a workflow and goes to where it is run. */
async function openRuns(page: Page, name: string, specs: string): Promise<void> {
  await dropFile(page, `${name}.json`, specs)
  await page.getByRole('link', { name: 'Run', exact: true }).click()
  await page.getByRole('heading', { name: 'Functions' }).waitFor()
}

/** Starts a run, and gives where it is shown. */
async function start(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start a run' }).click()
  await page.getByRole('heading', { name: /^Run [\da-f]{8}$/ }).waitFor()
  return page.url()
}

/** Waits for a task for people, and completes it. */
async function complete(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { name, exact: true, level: 3 }).waitFor()
  await page.getByRole('form', { name, exact: true }).getByRole('button', { name: 'Complete' }).click()
}

async function isIn(page: Page, state: string): Promise<void> {
  await page.locator('.run-head .state', { hasText: state }).waitFor()
}

/** Elements of the shown processes that bear a mark. */
function marked(page: Page, mark: string): Promise<string[]> {
  return page.locator('.element', { hasText: mark }).locator('.element-name').allInnerTexts()
}

test('U36 a workflow runs to its end: the spec’s scripts as functions, forms that are checked, every element marked', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'approval', approval)
    await page.getByText('3 elements need one, 0 still to be written').waitFor()
    expect(await page.locator('.work').innerText()).toBe('No run is open: nothing works.')
    const variables = page.getByLabel('Variables, as a JSON object')
    await variables.fill('[1]')
    await page.getByRole('button', { name: 'Start a run' }).click()
    await page.getByRole('alert').getByText('no JSON object').waitFor()
    await variables.fill('{"team": "Sales"}')
    await start(page)

    const form = page.getByRole('form', { name: 'Describe the purchase' })
    const price = form.getByLabel('purchase: price')
    await expect.poll(() => price.inputValue(), POLL).toBe('219')
    expect(await form.innerText()).toContain('Requester')
    expect(await marked(page, 'stands here')).toEqual(['Describe the purchase'])
    expect(await page.locator('.work').innerText()).toBe('This tab works on one run.')
    await price.fill('much')
    await form.getByRole('button', { name: 'Complete' }).click()
    await form.getByRole('alert').getByText('This is no number.').waitFor()
    expect(await price.getAttribute('aria-invalid')).toBe('true')
    await price.fill('300')
    await form.getByText('Other variables to set').click()
    await form.getByLabel('As a JSON object').fill('{"urgent": true}')
    await form.getByRole('button', { name: 'Complete' }).click()

    await complete(page, 'Decide')
    await page.getByText('Approved: yes').waitFor()
    expect(await page.getByRole('status').last().innerText()).toContain('Tell the requester')
    await complete(page, 'Tell the requester')
    await isIn(page, 'completed')
    const result = await page.getByRole('region', { name: 'Variables at the end' }).innerText()
    expect(JSON.parse(result)).toEqual({
      team: 'Sales',
      purchase: { what: 'A second monitor', price: 300 },
      urgent: true,
      budget: { left: 700 },
      decision: { approved: true },
    })
    expect(await page.locator('.run-process').first().innerText()).toContain('6 of 7 elements completed')
    expect(await page.getByText('3 of 3 elements completed').count()).toBe(1)
    await page.getByText('No run is open: nothing works.').waitFor()
  })
})

test('U36 a run survives a reload and a closed tab, is marked among the elements, can be canceled and removed', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'approval', approval)
    const address = await start(page)
    await complete(page, 'Describe the purchase')
    await page.getByRole('heading', { name: 'Decide', exact: true, level: 3 }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Decide', exact: true, level: 3 }).waitFor()
    const again = await page.context().newPage()
    patient(again)
    await page.close()
    await again.goto(address)
    await again.getByRole('heading', { name: 'Decide', exact: true, level: 3 }).waitFor()

    await again.getByRole('link', { name: 'Back to the units' }).click()
    await shows(again, 'Approve a purchase')
    await again.locator('.element.done').first().waitFor()
    expect(await marked(again, 'completed')).toContain('Describe the purchase')
    await again.getByRole('link', { name: 'Calls Manager_Decision' }).click()
    await shows(again, 'Let the manager decide')
    await again.locator('.element.here', { hasText: 'Decide' }).waitFor()

    await again.goto(address)
    await again.getByRole('button', { name: 'Cancel the run' }).click()
    await isIn(again, 'canceled')
    await again.getByRole('button', { name: 'Remove the run' }).click()
    await again.getByText('None yet.').waitFor()
    // What runs were kept in goes with the workflow.
    await again.goto(site.url)
    await again.getByRole('button', { name: 'Delete approval' }).click()
    await again.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await again.getByRole('heading', { name: 'Take a workflow apart' }).waitFor()
    await expect.poll(() => again.evaluate(async () => (await indexedDB.databases()).length), POLL).toBe(1)
  })
})

test('a function that fails is told with element and expression; it is edited, and the run goes on from there', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'approval', approval)
    const item = page.locator('.functions > li', { hasText: 'Subtract the price' })
    const text = item.getByRole('textbox', { name: 'Function' })
    expect(await text.inputValue()).toBe("budget = {'left': 1000 - purchase['price']}")
    await text.fill('budget = {')
    await item.getByRole('button', { name: 'Save' }).click()
    await item.getByRole('alert').getByText('line 1: budget = …').waitFor()
    await text.fill("budget = {'left': 1000 - purchase['cost']}")
    await item.getByRole('button', { name: 'Save' }).click()
    await item.getByText('yours').waitFor()
    const failed = await start(page)
    await complete(page, 'Describe the purchase')

    const problem = page.locator('.notice.failure')
    await problem.getByRole('heading', { name: 'The run has failed' }).waitFor()
    const words = await problem.innerText()
    expect(words).toMatch(/element-failed[^]*Subtract_Price in Budget_Check: line 1: /)
    expect(words).toContain("{'left': 1000 - purchase['cost']}")
    await page.getByText('went wrong here').waitFor()
    await problem
      .getByRole('textbox', { name: 'Function' })
      .fill("budget = {'left': 900 - purchase['price']}")
    await problem.getByRole('button', { name: 'Save and try again' }).click()
    // It is not asked again for what was said before.
    await complete(page, 'Decide')
    await complete(page, 'Tell the requester')
    await isIn(page, 'completed')
    expect(page.url()).not.toBe(failed)
    expect(await page.getByRole('region', { name: 'Variables at the end' }).innerText()).toContain(
      '"left": 681',
    )
    expect(await page.locator('.runs li').count()).toBe(2)
    expect(await page.locator('.runs li').last().innerText()).toContain('failed')
  })
})

test('what is missing for a condition is told, too; a function to be written stops a run until it is', async () => {
  await onPage(async ({ page }) => {
    await openSample(page)
    await page.getByRole('link', { name: 'Run', exact: true }).click()
    await page.getByRole('button', { name: 'Start a run' }).click()
    const problem = page.locator('.notice.failure')
    await problem.getByText('Register_Order in Order: it has no function yet').waitFor()
    const text = problem.getByRole('textbox', { name: 'Function' })
    expect(await text.inputValue()).toMatch(/^lines = \[[^]*\n# order = \{/)
    await text.fill("order = {'number': 'O-1'}")
    await problem.getByRole('button', { name: 'Save and try again' }).click()
    const form = page.getByRole('form', { name: 'Approve the payment' })
    await page.getByText('Three days without an answer').first().waitFor()
    // Without the variable that the gateway asks for.
    await page.getByRole('link', { name: 'Functions' }).click()
    const before = page.locator('.functions > li', { hasText: 'before Approve the payment' })
    await before.locator('summary').click()
    await before.getByRole('textbox', { name: 'Function' }).fill('other = 1')
    await before.getByRole('button', { name: 'Save' }).click()
    await before.getByText('yours').waitFor()
    await start(page)
    await form.getByRole('button', { name: 'Complete' }).click()
    await problem.getByText('bad-expression').waitFor()
    expect(await problem.innerText()).toMatch(
      /Payment_Approved in Order[^]*Expression: approval\['decision'\] == 'approve'[^]*Let a function or a form before it set/,
    )
  })
})

test('a run waits for a message and for a timer; the message is sent from the page', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'back-order', backOrder)
    await page.getByText('No element needs one.').waitFor()
    await start(page)
    await page.getByText(/^The timer Two weeks pass, due .* \(in 14 days\)/).waitFor()
    expect(await marked(page, 'stands here')).toEqual(['Goods, or two weeks'])
    const payload = page.getByLabel('What it carries, as JSON; may be empty')
    await payload.fill('boxes')
    const send = page.getByRole('button', { name: 'Send goods_arrived' })
    await send.click()
    await page.getByRole('alert').getByText('This is no JSON').waitFor()
    await payload.fill('{"boxes": 3}')
    await send.click()
    await isIn(page, 'completed')
    const result = await page.getByRole('region', { name: 'Variables at the end' }).innerText()
    expect(JSON.parse(result)).toEqual({ delivery: { boxes: 3 } })
    expect(await marked(page, 'completed')).not.toContain('Call the supplier')
  })
})

test('U38 an edit while a run goes on leaves the run on its version, and says so', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'approval', approval)
    const address = await start(page)
    await page.getByRole('heading', { name: 'Describe the purchase', level: 3 }).waitFor()
    const version = await page.locator('.run-version').getAttribute('title')
    await page.getByRole('link', { name: 'Back to the units' }).click()
    await page.getByRole('link', { name: 'Calls Manager_Decision' }).click()
    await page.getByRole('link', { name: 'Tell the requester' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Write to the requester')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: '1 object changed' }).waitFor()
    await page.goto(address)
    await page.getByText('This run stays on the version that it was started on').waitFor()
    expect(await page.locator('.run-version').getAttribute('title')).toBe(version)
    await complete(page, 'Describe the purchase')
    await complete(page, 'Decide')
    await complete(page, 'Tell the requester')
    await isIn(page, 'completed')
  })
})

test('two tabs share a run: what is done in one is seen in the other, and each goes on without the other', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'approval', approval)
    const address = await start(page)
    await page.getByRole('heading', { name: 'Describe the purchase', level: 3 }).waitFor()
    const other = await page.context().newPage()
    patient(other)
    await other.goto(address)
    await complete(other, 'Describe the purchase')
    await page.bringToFront()
    await page.getByRole('heading', { name: 'Decide', exact: true, level: 3 }).waitFor()
    await other.close()
    await complete(page, 'Decide')
    const third = await page.context().newPage()
    patient(third)
    await third.goto(address)
    await third.getByRole('heading', { name: 'Tell the requester', level: 3 }).waitFor()
    await page.close()
    await complete(third, 'Tell the requester')
    await isIn(third, 'completed')
    const result = await third.getByRole('region', { name: 'Variables at the end' }).innerText()
    expect(result).toContain('"left": 781')
  })
})

test('a workflow that is deleted in one tab ends its runs in the other, and leaves no database behind', async () => {
  await onPage(async ({ page }) => {
    await openRuns(page, 'approval', approval)
    await start(page)
    await page.getByRole('heading', { name: 'Describe the purchase', level: 3 }).waitFor()
    const other = await page.context().newPage()
    patient(other)
    await other.goto(site.url)
    await other.getByRole('button', { name: 'Delete approval' }).click()
    await other.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await other.getByRole('heading', { name: 'Take a workflow apart' }).waitFor()
    await page.bringToFront()
    await page.getByRole('heading', { name: 'This workflow cannot be run' }).waitFor()
    const databases = (): Promise<number> => page.evaluate(async () => (await indexedDB.databases()).length)
    await expect.poll(databases, POLL).toBe(1)
    // Longer than the time after which it is looked anew.
    await page.waitForTimeout(4000)
    expect(await databases()).toBe(1)
  })
})

for (const [width, colorScheme] of [
  [360, 'dark'],
  [1200, 'light'],
] as const) {
  test(`running at ${width} px, ${colorScheme}: nothing scrolls sideways, every control has a name, every text its contrast`, async () => {
    await onPage(
      async ({ page }) => {
        const check = async (): Promise<void> => {
          await expectNoSidewaysScroll(page)
          expect(await namelessControls(page)).toEqual([])
          expect(await faintTexts(page)).toEqual([])
        }
        await openRuns(page, 'approval', approval)
        await page.getByText('How to write one').click()
        await check()
        const item = page.locator('.functions > li', { hasText: 'Subtract the price' })
        await item.getByRole('textbox', { name: 'Function' }).fill('budget = nothing')
        await item.getByRole('button', { name: 'Save' }).click()
        await item.getByText('yours').waitFor()
        await start(page)
        await page.getByRole('heading', { name: 'Describe the purchase', level: 3 }).waitFor()
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('run-title')
        await check()
        await complete(page, 'Describe the purchase')
        await page.locator('.notice.failure').waitFor()
        await check()
        await page.getByRole('link', { name: 'Back to the units' }).click()
        if (width < 720) await page.getByText('Unit', { exact: true }).click()
        await page.locator('.element.done').first().waitFor()
        await check()
      },
      { viewport: { width, height: 800 }, colorScheme },
    )
  })
}
