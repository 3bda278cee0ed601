import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchChromium } from '../runtimes/chromium.js'
import { expectNoSidewaysScroll, faintTexts, namelessControls } from './browser-editor-page.js'
import { buildBrowserUpload, LIMIT, UploadSite } from './browser-upload-site.js'

const application = inject('application')
let built: string
let browser: Browser

beforeAll(async () => {
  built = await buildBrowserUpload(application)
  browser = await launchChromium()
})
afterAll(() => browser.close())

type BrowserOptions = NonNullable<Parameters<Browser['newContext']>[0]>

interface Place {
  readonly site: UploadSite
  /** What is uploaded: a folder for each. */
  readonly folder: string
  readonly openTab: () => Promise<Page>
}

/** Runs a test on a database and a server of its own; no tab may complain of anything but what the server refuses. */
async function inTabs(work: (place: Place) => Promise<void>, options: BrowserOptions = {}): Promise<void> {
  const folder = await mkdtemp(join(application, 'uploads-'))
  const site = new UploadSite(built, folder)
  await site.start()
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const complaints: string[] = []
  context.on('page', (page) => {
    page.setDefaultTimeout(60_000)
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(site.url))
        complaints.push(request.url())
    })
    page.on('console', (message) => {
      // The browser itself says so of every request that fails.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  const openTab = async (): Promise<Page> => {
    const page = await context.newPage()
    await page.goto(site.url)
    return page
  }
  try {
    await work({ site, folder, openTab })
    expect(complaints).toEqual([])
  } finally {
    await context.close()
    await site.stop()
  }
}

const PART = 256 * 1024
/** Eight parts, the last of them shorter, no two alike. */
const PARTS = 8
const CONTENT = Buffer.alloc(PARTS * PART - 1000, 0)
for (let at = 0; at < CONTENT.length; at += 1) CONTENT[at] = (at * 31 + (at >> 10)) % 251

async function choose(page: Page, name = 'film.raw', buffer: Buffer = CONTENT): Promise<void> {
  await page.getByLabel('Choose files').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
  await page.getByRole('heading', { name }).waitFor()
}

/** Chooses the file, and waits until so many parts are up and the next one is on its way, where it stays. */
async function chooseAndHold(page: Page, site: UploadSite, count: number): Promise<void> {
  site.holdAfter(count)
  await choose(page)
  await expect.poll(() => site.held, POLL).toBe(1)
  expect(site.received).toHaveLength(count)
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `${name} film.raw` }).click()
}

/** Waits until the upload is in this state. */
async function isIn(page: Page, state: string): Promise<void> {
  await page.locator('.chip', { hasText: new RegExp(`^${state}$`) }).waitFor()
}

async function lines(page: Page): Promise<readonly string[]> {
  await page.locator('details.events').evaluate((details) => details.setAttribute('open', ''))
  return page.locator('.events li span').allInnerTexts()
}

/** The server has the file as it was, and was brought each part of it once, under a key of its own. */
async function expectUploaded({ site, folder }: Place): Promise<void> {
  const [id = ''] = await readdir(folder)
  expect(site.received).toEqual(
    Array.from({ length: PARTS }, (_, part) => ({ upload: id, part, key: `${id}/upload/${part}` })),
  )
  expect(await readdir(join(folder, id))).toEqual(['file'])
  expect((await readFile(join(folder, id, 'file'))).equals(CONTENT)).toBe(true)
}

const POLL = { timeout: 60_000 }

test('F26 F32 an upload whose tab is closed in the middle goes on in the next one, and no part is kept twice', async () => {
  await inTabs(async (place) => {
    const { site, openTab } = place
    const first = await openTab()
    await chooseAndHold(first, site, 3)
    await first.getByText('Sent part 3 of 8, in this tab').waitFor()
    await first.close()

    const second = await openTab()
    // The fourth part is on its way a second time: the server has not answered the first.
    await expect.poll(() => site.held, POLL).toBe(2)
    site.release()
    await isIn(second, 'uploaded')
    await expectUploaded(place)
    expect(site.brought).toBe(PARTS + 1)
    expect(await lines(second)).toEqual([
      'Chosen',
      'Another tab has it',
      'Hash: done',
      'Its tab was closed',
      'This tab has it',
      'Send: done',
      'Join: done',
      'Check: done',
      'Uploaded',
    ])
    expect(await second.getByRole('progressbar').getAttribute('value')).toBe('100')
    // Kept for as long as it was needed.
    expect(await second.evaluate(keptFiles)).toBe(0)
  })
})

/** How many files the browser has. */
async function keptFiles(): Promise<number> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('unitflow-uploads-files')
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(new Error('it cannot be opened'))
  })
  return new Promise((resolve) => {
    const counting = database.transaction('files').objectStore('files').count()
    counting.onsuccess = () => resolve(counting.result)
  })
}

test('F26 of two tabs the one that uploads is closed, and the other one takes over', async () => {
  await inTabs(async (place) => {
    const { site, openTab } = place
    const tabs = [await openTab(), await openTab()]
    await chooseAndHold(tabs[0]!, site, 3)
    const where = tabs[0]!.getByText(/^Sent part 3 of 8, in (this|another) tab$/)
    const isFirst = (await where.innerText()).endsWith('in this tab')
    const [closed, left] = isFirst ? [tabs[0]!, tabs[1]!] : [tabs[1]!, tabs[0]!]
    await left.getByText('Sent part 3 of 8, in another tab').waitFor()
    await closed.close()
    await left.getByText('Sent part 3 of 8, in this tab').waitFor()
    site.release()
    await isIn(left, 'uploaded')
    await expectUploaded(place)
    expect(site.brought).toBe(PARTS + 1)
    // Nobody has waited for its lease to run out.
    expect(await lines(left)).toContain('Its tab was closed')
  })
})

test('F30 an upload is paused between two parts, also over closed tabs, and goes on where it was', async () => {
  await inTabs(async (place) => {
    const { site, openTab } = place
    const first = await openTab()
    await chooseAndHold(first, site, 3)
    await press(first, 'Pause')
    await isIn(first, 'pausing')
    site.release()
    await isIn(first, 'paused')
    expect(site.received).toHaveLength(4)
    await first.close()

    const second = await openTab()
    await isIn(second, 'paused')
    expect(site.received).toHaveLength(4)
    await press(second, 'Resume')
    await isIn(second, 'uploaded')
    await expectUploaded(place)
    expect(site.brought).toBe(PARTS)
  })
})

test('F19 F30 an upload is canceled in the middle of a part, tried again, and removed', async () => {
  await inTabs(async (place) => {
    const { site, folder, openTab } = place
    const page = await openTab()
    await chooseAndHold(page, site, 3)
    await press(page, 'Cancel')
    await isIn(page, 'canceled')
    expect(site.received).toHaveLength(3)
    await press(page, 'Retry')
    await expect.poll(() => site.held, POLL).toBe(2)
    site.release()
    await isIn(page, 'uploaded')
    await expectUploaded(place)
    await press(page, 'Remove')
    await page.getByText('None yet: choose a file.').waitFor()
    expect(await readdir(folder)).toEqual([])
  })
})

test('F30 while the server is away the page says so, and the upload goes on when it is back', async () => {
  await inTabs(async (place) => {
    const { site, openTab } = place
    const page = await openTab()
    await chooseAndHold(page, site, 3)
    await site.stop()
    await isIn(page, 'waits for the server')
    await page.getByText(/^The server does not answer\. It is tried again /).waitFor()
    await press(page, 'Try now')
    await expect.poll(() => lines(page), POLL).toContain('Goes on')
    await isIn(page, 'waits for the server')
    await site.start()
    // By itself, when it is time.
    await isIn(page, 'uploaded')
    await expectUploaded(place)
    expect(await lines(page)).toContain('Send: The server does not answer.')
    expect(await page.locator('.trouble').count()).toBe(0)
  })
})

test('F18 F19 what the server refuses has failed with its reason, and can be removed', async () => {
  await inTabs(async ({ openTab, folder }) => {
    const page = await openTab()
    await choose(page, 'film.raw', Buffer.alloc(LIMIT + 1))
    await isIn(page, 'failed')
    const reason = page.getByText('The server refuses it: film.raw is too large: 8 MiB are the most.', {
      exact: true,
    })
    await expect.poll(() => reason.count(), POLL).toBe(1)
    await press(page, 'Retry')
    await expect
      .poll(async () => (await lines(page)).filter((line) => line === 'Failed').length, POLL)
      .toBe(2)
    await press(page, 'Remove')
    await page.getByText('None yet: choose a file.').waitFor()
    expect(await page.evaluate(keptFiles)).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })
})

test('an empty file, and several at once, are uploaded', async () => {
  await inTabs(async ({ folder, openTab }) => {
    const page = await openTab()
    const files = ['', 'one', 'two'].map((text) => ({
      name: `${text || 'empty'}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    }))
    await page.getByLabel('Choose files').setInputFiles(files)
    await expect.poll(() => page.locator('.chip.completed').count(), POLL).toBe(3)
    const ids = await readdir(folder)
    const contents = await Promise.all(ids.map((id) => readFile(join(folder, id, 'file'), 'utf8')))
    expect(contents.sort()).toEqual(['', 'one', 'two'])
  })
})

test('all of it can be done with the keyboard', async () => {
  await inTabs(async ({ site, openTab }) => {
    const page = await openTab()
    const { keyboard } = page
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
    const tabTo = async (text: string): Promise<void> => {
      for (let presses = 0; presses < 20 && (await focused()) !== text; presses++) await keyboard.press('Tab')
      expect(await focused()).toBe(text)
    }
    site.holdAfter(3)
    // From here on dialogs for files come to the test.
    const choosing = page.waitForEvent('filechooser')
    await keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.matches('input[type=file]'))).toBe(true)
    await keyboard.press('Space')
    const chooser = await choosing
    await chooser.setFiles({ name: 'film.raw', mimeType: 'application/octet-stream', buffer: CONTENT })
    await expect.poll(() => site.held, POLL).toBe(1)
    await tabTo('Pause film.raw')
    await keyboard.press('Enter')
    await expect.poll(() => page.getByRole('status').innerText(), POLL).toBe('Pausing film.raw')
    site.release()
    await isIn(page, 'paused')
    expect(await focused()).toBe('Resume film.raw')
    await keyboard.press('Enter')
    await isIn(page, 'uploaded')
    // Its button is gone; what it was about has the focus.
    await expect.poll(focused, POLL).toMatch(/^film\.raw/)
    await tabTo('Remove film.raw')
    await keyboard.press('Enter')
    await page.getByText('None yet: choose a file.').waitFor()
    expect(await focused()).toBe('Your uploads')
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
      async ({ site, openTab }) => {
        const page = await openTab()
        await choose(page, 'too-large.bin', Buffer.alloc(LIMIT + 1))
        await isIn(page, 'failed')
        await choose(page, 'done.txt', Buffer.from('done'))
        await isIn(page, 'uploaded')
        site.holdAfter(3)
        await page.locator('.choose').evaluate(
          (target, name) => {
            const dataTransfer = new DataTransfer()
            dataTransfer.items.add(new File([new Uint8Array(2_000_000)], name))
            target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
          },
          `${'verylongname'.repeat(6)}.raw`,
        )
        await expect.poll(() => site.held, POLL).toBe(1)
        await choose(page, 'next.raw', CONTENT)
        await expect.poll(() => site.held, POLL).toBe(2)
        await site.stop()
        await page.locator('.chip.retrying').nth(1).waitFor()
        for (const details of await page.locator('details.events').all())
          await details.evaluate((element) => element.setAttribute('open', ''))
        await expectNoSidewaysScroll(page)
        expect(await faintTexts(page)).toEqual([])
        expect(await namelessControls(page)).toEqual([])
      },
      { colorScheme, viewport: { width, height: 800 } },
    )
  },
)
