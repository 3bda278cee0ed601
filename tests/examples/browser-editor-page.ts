import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'

/** A page of the editor with an empty database of its own. */
export interface EditorPage {
  readonly page: Page
  /** Requests that left the site, and what the page complained of: errors, violations of its policy. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export async function openEditor(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<EditorPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options })
  const complaints: string[] = []
  context.on('page', (page) => {
    page.setDefaultTimeout(20_000)
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) complaints.push(request.url())
    })
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  const page = await context.newPage()
  await page.goto(url)
  return { page, complaints, close: () => context.close() }
}

/** Opens the bundled sample and waits until its top process is shown. */
export async function openSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the sample' }).click()
  await shows(page, 'Handle an order')
}

/** Waits until a process is shown. */
export async function shows(page: Page, name: string): Promise<void> {
  await page
    .locator('.unit-content:not(.stale) .unit-head h2', { hasText: name })
    .waitFor({ state: 'attached' })
}

/** The version of the workflow that is shown. */
export async function shownVersion(page: Page): Promise<string> {
  return (await page.locator('.version').getAttribute('title')) ?? ''
}

/** Drops a file onto the page, as a hand does. */
export async function dropFile(page: Page, name: string, content: string): Promise<void> {
  await page.evaluate(
    ([fileName, text]) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text!], fileName!))
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    },
    [name, content],
  )
}

/** The page is no wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(beyond).toBeLessThanOrEqual(0)
}

/** Controls that a screen reader could not name, as HTML. */
export async function namelessControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'a, button, input:not([hidden]), select, textarea, meter, progress, dialog, [tabindex="0"], [role=button], [role=tab]',
    )
    const nameOf = (element: HTMLElement): string => {
      const labelled = element.getAttribute('aria-labelledby') ?? ''
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLMeterElement ? element.labels : null
      const outer = element.closest('label')
      return [
        element.getAttribute('aria-label') ?? '',
        ...labelled.split(' ').map((id) => document.getElementById(id)?.textContent ?? ''),
        ...[...(labels ?? []), ...(outer === null ? [] : [outer])].map((label) => label.textContent),
        /^(input|select|textarea)$/i.test(element.tagName) ? '' : element.textContent,
      ].join('')
    }
    return [...controls]
      .filter((element) => nameOf(element).trim() === '')
      .map((element) => element.outerHTML)
  })
}

/**
 * Text whose contrast with what is behind it is below 4.5 to 1 (WCAG 2 AA), with the ratio. Only plain colours, which
 * is all that the page has.
 */
export async function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
    const channels = (color: string): number[] => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = color
      canvas.fillRect(0, 0, 1, 1)
      return [...canvas.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (color: string): number => {
      const [r, g, b] = channels(color)
        .slice(0, 3)
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
    }
    const behind = (element: Element | null): string => {
      for (let at = element; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at)
        if (channels(backgroundColor)[3] === 255) return backgroundColor
      }
      return 'white'
    }
    const faint: string[] = []
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent!.trim() !== '',
      )
      const isOff = element.matches(':disabled, .hidden, .skip') || element.closest('.stale, svg') !== null
      if (!own || isOff || element.getClientRects().length === 0) continue
      const [light, dark] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort(
        (a, b) => b - a,
      )
      const ratio = (light! + 0.05) / (dark! + 0.05)
      if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 120)}`)
    }
    return faint
  })
}
