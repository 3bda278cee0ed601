import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Browser, BrowserContext } from 'playwright-core'
import { chromium } from 'playwright-core'

const run = promisify(execFile)

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
]

/** Nothing but the pages of the test: no sandbox (tests run as root), no traffic of the browser's own. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A Chromium, installed with apt where there is none and this may be done. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: installedChromium() ?? (await installChromium()), args: FLAGS })
}

/** A Chromium that keeps its data in a folder; what the other one keeps is in memory, as in private mode. */
export async function launchProfile(folder: string): Promise<BrowserContext> {
  const executablePath = installedChromium() ?? (await installChromium())
  return chromium.launchPersistentContext(folder, { executablePath, args: FLAGS })
}

/** The program of the Chromium that is here, or that `CHROMIUM_PATH` names. */
export function installedChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && !existsSync(named)) throw new Error(`CHROMIUM_PATH: there is no ${named}`)
  return named ?? PLACES.find((path) => existsSync(path))
}

async function installChromium(): Promise<string> {
  const advice =
    'install Chromium (on Debian: apt-get install chromium), or name its program in CHROMIUM_PATH'
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`there is no Chromium here: ${advice}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env })
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env })
  const installed = installedChromium()
  if (installed === undefined) throw new Error(`apt-get installed no Chromium: ${advice}`)
  return installed
}
