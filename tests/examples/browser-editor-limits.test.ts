import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { generateWorkflow } from '../../bench/workflows/generate-workflow.mjs'
import { launchChromium } from '../runtimes/chromium.js'
import { openEditor, openSample, shownVersion, shows } from './browser-editor-page.js'
import type { Site } from './browser-editor-site.js'
import { serveBrowserEditor } from './browser-editor-site.js'

let site: Site
let browser: Browser
let folder: string
/** 10,000 processes, and the same with all of them changed. */
let large: string
let changed: string

declare global {
  /** What happened in the page, in order. */
  var happened: string[]
  var held: IDBDatabase
}

beforeAll(async () => {
  site = await serveBrowserEditor(inject('application'))
  browser = await launchChromium()
  folder = await mkdtemp(join(tmpdir(), 'unitflow-large-'))
  const specs = generateWorkflow({ processes: 10_000, shape: 'calls' })
  large = join(folder, 'large.json')
  changed = join(folder, 'changed.json')
  await writeFile(large, specs)
  await writeFile(changed, specs.replaceAll('"description":"Script Task"', '"description":"Script task"'))
})

afterAll(async () => {
  await browser.close()
  site.close()
  await rm(folder, { recursive: true })
})

async function chooseFile(page: Page, button: string, path: string): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).click(),
  ])
  await chooser.setFiles(path)
}

test('10,000 processes: a part is in the page, and typing is answered while the worker caches', async () => {
  const editor = await openEditor(browser, site.url)
  const { page, complaints } = editor
  await chooseFile(page, 'Open a file …', large)
  await shows(page, 'Call them all')
  const before = await shownVersion(page)
  expect(await page.locator('.row').count()).toBeLessThan(60)
  expect(await page.locator('.unit').count()).toBeLessThanOrEqual(24)
  expect(await page.locator('.chip').count()).toBeLessThan(200)

  await page.evaluate(() => {
    globalThis.happened = []
    const search = document.querySelector('.search [role=status]')!
    const answered = (): unknown => globalThis.happened.push(`found ${search.textContent}`)
    new MutationObserver(answered).observe(search, { characterData: true, childList: true, subtree: true })
    const notices = document.querySelector('.notices')!
    const told = (): unknown =>
      globalThis.happened.push(notices.querySelector('.report') === null ? 'caching' : 'cached')
    new MutationObserver(told).observe(notices, { characterData: true, childList: true, subtree: true })
  })
  await chooseFile(page, 'Open a new version …', changed)
  await page.locator('.notice.progress').waitFor()
  await page.locator('#search').pressSequentially('leaf_9999')
  await page.getByRole('heading', { name: '10,000 objects changed, 1 stays as it was' }).waitFor()
  const happened = await page.evaluate(() => globalThis.happened)
  expect(happened[0]).toBe('caching')
  const answers = happened.filter((each) => each.startsWith('found'))
  expect(answers.at(-1)).toBe('found 1 of 10,001 processes')
  expect(answers.length).toBeGreaterThan(3)
  expect(happened.lastIndexOf(answers.at(-1)!)).toBeLessThan(happened.indexOf('cached'))
  expect(await page.locator('.row').count()).toBe(1)
  await page.keyboard.press('Enter')
  await shows(page, 'Leaf 9999')

  // Canceled, the version stays as it is.
  const after = await shownVersion(page)
  expect(after).not.toBe(before)
  await chooseFile(page, 'Open a new version …', large)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Opening large.json was canceled').waitFor({ state: 'attached' })
  await page.reload()
  await shows(page, 'Leaf 9999')
  expect(await shownVersion(page)).toBe(after)
  expect(complaints).toEqual([])
  await editor.close()
})

/** A medium that takes 40 values and then no more, as a full one does. */
const FULL = `const { put } = IDBObjectStore.prototype
let puts = 0
IDBObjectStore.prototype.put = function (...values) {
  if (++puts > 40) throw new DOMException('no more room', 'QuotaExceededError')
  return put.apply(this, values)
}
`

test('store-full: a workflow that does not fit is refused, and what was there stays', async () => {
  const editor = await openEditor(browser, 'about:blank')
  const { page } = editor
  await page.route(/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: FULL + (await response.text()) })
  })
  await page.goto(site.url)
  await openSample(page)
  await page.goto(site.url)
  await chooseFile(page, 'Open a file …', large)
  const alert = page.getByRole('alert')
  await alert.getByText('store-full').waitFor()
  expect(await alert.innerText()).toMatch(/no more space[^]*What to do:[^]*Try again/)
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(2)
  await page.getByRole('link', { name: 'order-company' }).click()
  await shows(page, 'Handle an order')
  await editor.close()
})

test('store-blocked: a tab that holds the database is told of, and trying again works once it has gone', async () => {
  const editor = await openEditor(browser, 'about:blank')
  const { page, complaints } = editor
  // A connection that does not give way, to a database that lacks what the page needs.
  await page.addInitScript(() => {
    indexedDB.open('unitflow-browser-editor').onsuccess = ({ target }) => {
      globalThis.held = (target as IDBOpenDBRequest).result
    }
  })
  await page.goto(site.url)
  const alert = page.getByRole('alert')
  await alert.getByText('store-blocked').waitFor()
  expect(await alert.innerText()).toContain('Close the other tabs')
  await page.evaluate(() => globalThis.held.close())
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Take a workflow apart' }).waitFor()
  expect(complaints.filter((complaint) => !complaint.startsWith(site.url))).toEqual([])
  await editor.close()
})
