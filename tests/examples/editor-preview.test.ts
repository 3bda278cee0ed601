import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchChromium } from '../runtimes/chromium.js'
import { expectNoSidewaysScroll, faintTexts, namelessControls, openEditor } from './browser-editor-page.js'
import type { EditorPage } from './browser-editor-page.js'
import { serveEditorPreview } from './editor-preview-site.js'
import type { Site } from './editor-preview-site.js'

let site: Site
let browser: Browser
let sample: string

/** A step for each of 37 processes, and four for all. */
const PROCESSES = 37
const STEPS = PROCESSES + 4

beforeAll(async () => {
  sample = await readFile(new URL('../../examples/workflows/order-company.c.json', import.meta.url), 'utf8')
  site = await serveEditorPreview(inject('application'))
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

/** Runs a test on a page of its own that shows the sample; it must not complain of anything or reach beyond its site. */
async function onPage(
  work: (page: Page, editor: EditorPage) => Promise<void>,
  options?: Parameters<typeof openEditor>[2],
): Promise<void> {
  const editor = await openEditor(browser, site.url, options)
  try {
    await says(editor.page, `${STEPS} of ${STEPS} steps ran, 0 were skipped, 0 came to nothing`)
    await work(editor.page, editor)
    expect(editor.complaints).toEqual([])
  } finally {
    await editor.close()
  }
}

/** Waits until the page says this of the last edit, as screen readers hear it. */
async function says(page: Page, words: string): Promise<void> {
  await page.locator('[role=status]', { hasText: new RegExp(`^${words}$`) }).waitFor({ state: 'attached' })
}

/** Puts another text into the editor. As keystrokes 300 KB take a while: one test types. */
async function edit(page: Page, text: string): Promise<void> {
  await page.getByLabel('Workflow as JSON').evaluate((area: HTMLTextAreaElement, value) => {
    area.value = value
    area.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }, text)
}

function replaced(text: string, from: string, to: string): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

/** The steps that ran, with why. */
async function ran(page: Page): Promise<readonly string[]> {
  const rows = page.getByRole('table', { name: 'Steps that ran' }).locator('tbody tr')
  return (await rows.allInnerTexts()).map((row) => row.split('\t').slice(0, 3).join(': '))
}

/** What the page says in figures: by name. */
async function figures(page: Page): Promise<Readonly<Record<string, string>>> {
  const names = await page.locator('.figures dt').allInnerTexts()
  const values = await page.locator('.figures strong').allInnerTexts()
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))
}

/** The numbers of a process. */
async function statistics(page: Page, name: string): Promise<readonly string[]> {
  const row = page.getByRole('table', { name: 'What is in each process' }).getByRole('row', { name })
  return row.locator('td').allInnerTexts()
}

/** A line more in a script of the process Payment. */
const SCRIPT = "payment_log = ['opened']"
const LONGER = String.raw`payment_log = ['opened']\npayment['seen'] = True`

test('S12 S31 an edit of one process runs its step and what depends on that', async () => {
  await onPage(async (page) => {
    const before = await statistics(page, 'Take a payment')
    const card = await statistics(page, 'Authorize a card')
    await edit(page, replaced(sample, SCRIPT, LONGER))
    await says(page, `4 of ${STEPS} steps ran, ${STEPS - 4} were skipped, 0 came to nothing`)
    expect(await ran(page)).toEqual([
      'decompose: ran: workflow.json changed',
      'count Payment: ran: process.Payment changed',
      'sum: ran: statistics.Payment changed',
      'draw: ran: statistics changed; gave the same',
    ])
    const after = await statistics(page, 'Take a payment')
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1))
    expect(Number(after.at(-1))).toBe(Number(before.at(-1)) + 1)
    expect(await statistics(page, 'Authorize a card')).toEqual(card)
    expect(await page.locator('.graph .fresh title').allTextContents()).toEqual([
      expect.stringMatching(/^Payment: /),
    ])

    const { Ran, Skipped, Saved } = await figures(page)
    expect({ Ran, Skipped }).toEqual({ Ran: `4 of ${STEPS}`, Skipped: '90 %' })
    // What is saved is the sum of what it is made of, each as it was measured.
    await page.getByText(`${STEPS - 4} skipped steps`).click()
    const rows = page.getByRole('table', { name: 'Steps that were skipped' }).locator('tbody tr')
    expect(await rows.count()).toBe(STEPS - 4)
    const place = rows.filter({ hasText: 'place' }).locator('td').last()
    const placing = parseFloat(await place.innerText())
    expect(placing).toBeGreaterThan(0)
    expect(parseFloat(Saved ?? '')).toBeGreaterThanOrEqual(placing)
  })
})

test('S31 what an edit does not change stops there: spaces after the first step, a name after the second', async () => {
  await onPage(async (page) => {
    await edit(page, replaced(sample, '{\n  "spec"', '{ "spec"'))
    await says(page, `1 of ${STEPS} steps ran, ${STEPS - 1} were skipped, 0 came to nothing`)
    expect(await ran(page)).toEqual(['decompose: ran: workflow.json changed; gave the same'])

    await edit(page, replaced(sample, '"bpmn_name": "Open the payment"', '"bpmn_name": "Begin"'))
    await says(page, `2 of ${STEPS} steps ran, ${STEPS - 2} were skipped, 0 came to nothing`)
    expect(await ran(page)).toEqual([
      'decompose: ran: workflow.json changed',
      'count Payment: ran: process.Payment changed; gave the same',
    ])
  })
})

test('S12 S13 the same text again skips all, and undo gives back what was computed before', async () => {
  await onPage(async (page) => {
    await edit(page, `${sample} `)
    await says(page, `1 of ${STEPS} steps ran, ${STEPS - 1} were skipped, 0 came to nothing`)
    await edit(page, `${sample} `)
    await says(page, `0 of ${STEPS} steps ran, ${STEPS} were skipped, 0 came to nothing`)
    expect((await figures(page))['Skipped']).toBe('100 %')

    const before = await statistics(page, 'Take a payment')
    await edit(page, replaced(sample, SCRIPT, LONGER))
    await says(page, `4 of ${STEPS} steps ran, ${STEPS - 4} were skipped, 0 came to nothing`)
    expect(await statistics(page, 'Take a payment')).not.toEqual(before)
    await page.getByRole('button', { name: 'Undo' }).click()
    await says(page, `0 of ${STEPS} steps ran, ${STEPS} were skipped, 0 came to nothing`)
    expect(await page.getByLabel('Workflow as JSON').inputValue()).toBe(`${sample} `)
    expect(await statistics(page, 'Take a payment')).toEqual(before)
    await page.getByText(`${STEPS} skipped steps`).click()
    const rows = page.getByRole('table', { name: 'Steps that were skipped' }).locator('tbody tr')
    expect(
      await rows.filter({ hasText: 'computed before of the same' }).locator('th').allInnerTexts(),
    ).toEqual(['decompose', 'count Payment', 'sum', 'draw'])
  })
})

test('S14 all anew runs all, and measures it', async () => {
  await onPage(async (page) => {
    await edit(page, `${sample} `)
    await says(page, `1 of ${STEPS} steps ran, ${STEPS - 1} were skipped, 0 came to nothing`)
    await page.getByRole('button', { name: 'Compute all anew' }).click()
    await says(page, `${STEPS} of ${STEPS} steps ran, 0 were skipped, 0 came to nothing`)
    expect(await figures(page)).toMatchObject({ Skipped: '0 %', Saved: '0.0 ms' })
  })
})

test('S18 S23 JSON that is broken is told with its place, the preview stays, and goes on when it is repaired', async () => {
  await onPage(async (page) => {
    const before = await statistics(page, 'Take a payment')
    await edit(page, replaced(sample, '"subprocess_specs": {', '"subprocess_specs": '))
    const alert = page.getByRole('alert')
    await alert.waitFor()
    const words = await alert.innerText()
    expect(words).toMatch(/^not JSON at line \d+, column \d+/)
    expect(await page.getByLabel('Workflow as JSON').getAttribute('aria-invalid')).toBe('true')
    expect(await statistics(page, 'Take a payment')).toEqual(before)
    await says(page, '0 of 1 steps ran, 0 were skipped, 1 came to nothing')
    expect(await ran(page)).toEqual(['decompose: failed: workflow.json changed'])

    const [, line = ''] = /line (\d+)/.exec(words) ?? []
    await page.getByRole('button', { name: `Go to line ${line}` }).click()
    const selected = await page.getByLabel('Workflow as JSON').evaluate((area: HTMLTextAreaElement) => ({
      line: area.value.slice(0, area.selectionStart).split('\n').length,
      isFocused: document.activeElement === area,
      isInSight: area.scrollTop > 0,
    }))
    expect(selected).toEqual({ line: Number(line), isFocused: true, isInSight: true })

    // Repaired, and changed meanwhile.
    await edit(page, replaced(sample, SCRIPT, LONGER))
    await says(page, `4 of ${STEPS} steps ran, ${STEPS - 4} were skipped, 0 came to nothing`)
    expect(await alert.count()).toBe(0)
    await edit(page, '{}')
    await alert.waitFor()
    expect(await alert.innerText()).toContain('not a workflow spec')
    await edit(page, sample)
    await says(page, `0 of ${STEPS} steps ran, ${STEPS} were skipped, 0 came to nothing`)
    expect(await statistics(page, 'Take a payment')).toEqual(before)
  })
})

test('S19 a process more has a step more; that of the others know nothing of it', async () => {
  await onPage(async (page) => {
    await edit(
      page,
      replaced(
        sample,
        '"subprocess_specs": {',
        '"subprocess_specs": { "__proto__": { "name": "__proto__", "description": "Odd", "file": "odd.bpmn", "task_specs": {}, "io_specification": null, "data_objects": {}, "correlation_keys": {}, "bpmn_start_events": [], "typename": "BpmnProcessSpec" },',
      ),
    )
    await says(page, `5 of ${STEPS + 1} steps ran, ${STEPS - 4} were skipped, 0 came to nothing`)
    expect((await ran(page)).map((line) => line.split(':')[0])).toEqual([
      'decompose',
      'count __proto__',
      'sum',
      'place',
      'draw',
    ])
    expect(await page.locator('tfoot th').innerText()).toBe(`All ${PROCESSES + 1}`)
    await page.getByRole('button', { name: 'Undo' }).click()
    await says(page, `0 of ${STEPS} steps ran, ${STEPS} were skipped, 0 came to nothing`)
    expect(await page.locator('tfoot th').innerText()).toBe(`All ${PROCESSES}`)
  })
})

test('who types is not disturbed: of many edits in a row the last one is shown', async () => {
  await onPage(async (page) => {
    const area = page.getByLabel('Workflow as JSON')
    await page.getByLabel('Go to').selectOption('Payment')
    expect(
      await area.evaluate((one: HTMLTextAreaElement) =>
        one.value.slice(one.selectionStart, one.selectionEnd),
      ),
    ).toContain('"Payment": {')
    await area.evaluate((one: HTMLTextAreaElement, name) => {
      const at = one.value.indexOf(name)
      one.setSelectionRange(at, at + name.length)
    }, 'Take a payment')
    await page.keyboard.type('Collect what is owed')
    await says(page, `4 of ${STEPS} steps ran, ${STEPS - 4} were skipped, 0 came to nothing`)
    expect(await statistics(page, 'Collect what is owed')).toHaveLength(5)
    expect(await area.evaluate((one) => document.activeElement === one)).toBe(true)
  })
})

test.each([
  ['light', 360],
  ['light', 1200],
  ['dark', 360],
  ['dark', 1200],
] as const)('it can be read and used: %s, %i pixels', async (colorScheme, width) => {
  await onPage(
    async (page) => {
      await edit(page, replaced(sample, SCRIPT, LONGER))
      await says(page, `4 of ${STEPS} steps ran, ${STEPS - 4} were skipped, 0 came to nothing`)
      await page.getByText(`${STEPS - 4} skipped steps`).click()
      await expectNoSidewaysScroll(page)
      expect(await faintTexts(page)).toEqual([])
      expect(await namelessControls(page)).toEqual([])
      await edit(page, '{')
      await page.getByRole('alert').waitFor()
      await expectNoSidewaysScroll(page)
      expect(await faintTexts(page)).toEqual([])
      expect(await namelessControls(page)).toEqual([])
    },
    { colorScheme, viewport: { width, height: 800 } },
  )
})
