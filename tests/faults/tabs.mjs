// Tabs of a Chromium, each with a page of its own, for scenarios that do something to them.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { installedChromium, launchChromium } from '../runtimes/chromium.ts'
import { servePages } from '../runtimes/page-server.ts'

/** Nothing in a page takes so long (ms), unless it hangs. */
const PATIENCE = 60_000

/** Why scenarios in a browser cannot run, if they cannot. */
export function withoutChromium() {
  const where = 'install it, or name its program in CHROMIUM_PATH'
  try {
    return installedChromium() === undefined ? `there is no Chromium: ${where}` : undefined
  } catch (error) {
    return error.message
  }
}

/** An error that a call in a tab came to. */
export class TabError extends Error {
  constructor({ code, message, stack }) {
    super(`in a tab: [${code}] ${message}\n${stack}`)
    this.code = code
  }
}

/** Does work with a browser of its own, that keeps its data in memory. */
export async function withTabs(work) {
  const server = await servePages({ 'main.js': await bundled() }, "script-src 'self' 'wasm-unsafe-eval'")
  try {
    const browser = await launchChromium()
    try {
      const context = await browser.newContext()
      let hear = () => undefined
      await context.exposeFunction('heardByScenario', (what) => hear(what))
      await work({
        /** Opens a tab, with stores of that name. */
        open: (name) => openTab(context, server.url, name),
        /** Who hears from now on what tabs tell. */
        listen: (listener) => (hear = listener),
        /** How many bytes the site may keep; as many as there is room for without a number. */
        async limit(quotaSize) {
          const [page] = context.pages()
          const devtools = await context.newCDPSession(page ?? (await context.newPage()))
          const origin = new URL(server.url).origin
          await devtools.send('Storage.overrideQuotaForOrigin', {
            origin,
            ...(quotaSize !== undefined && { quotaSize }),
          })
        },
      })
    } finally {
      await browser.close()
    }
  } finally {
    server.close()
  }
}

let bundle

/** The page as one file, as an application ships it. */
async function bundled() {
  bundle ??= build({
    entryPoints: [fileURLToPath(new URL('tab-page.mjs', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    // The package as it is built, and not the sources, to which the project's own settings lead.
    tsconfigRaw: {},
  })
  const { outputFiles } = await bundle
  return outputFiles[0].text
}

async function openTab(context, url, name) {
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction('globalThis.tabCall !== undefined')
  const call = async (called, ...args) => {
    const calling = page.evaluate(([which, given]) => globalThis.tabCall(which, given), [called, args])
    const { value, error } = await inTime(calling, called)
    if (error !== undefined) throw new TabError(error)
    return value
  }
  await call('open', name)
  return {
    call,
    close: () => page.close(),
    /** Ends it as a crash does. */
    async crash() {
      const crashed = page.waitForEvent('crash')
      const devtools = await context.newCDPSession(page)
      // It is never answered.
      devtools.send('Page.crash').catch(() => undefined)
      await crashed
      await page.close()
    },
    leave: () => page.goto('about:blank').then(() => page.close()),
  }
}

async function inTime(work, what) {
  let timer
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} in a tab has not ended after ${PATIENCE} ms`)),
      PATIENCE,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
