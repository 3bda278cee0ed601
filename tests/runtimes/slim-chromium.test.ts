import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { stampCore } from '../../scripts/core-stamp.mjs'
import { VERSION } from '../../ts/version.js'
import { launchChromium } from './chromium.js'
import type { Hosts } from './hosts.js'
import { bundleHost, prepareHosts } from './hosts.js'
import { servePages } from './page-server.js'
import { unstamped } from './unstamped.js'

const INSTANTIATE = "script-src 'self' 'wasm-unsafe-eval'; connect-src *"

let hosts: Hosts
let browser: Browser
let files: Readonly<Record<string, string | Uint8Array>>

beforeAll(async () => {
  hosts = await prepareHosts('slim-chromium')
  browser = await launchChromium()
  files = {
    'main.js': await bundleHost(hosts, 'slim-page-host.mjs', { slim: true }),
    'worker.js': await bundleHost(hosts, 'slim-worker-host.mjs', { slim: true }),
    'specs.json': hosts.specs,
    'core.wasm': hosts.core,
    'core.bin': hosts.core,
    'torn.wasm': hosts.core.subarray(0, 50_000),
    'older.wasm': stampCore(unstamped(hosts.core), '0.0.9'),
  }
})
afterAll(() => browser.close())

async function open(policy: string, served = files): Promise<Page> {
  const server = await servePages(served, policy)
  const page = await browser.newPage()
  onTestFinished(async () => {
    await page.close()
    server.close()
  })
  await page.goto(server.url)
  await page.waitForFunction('globalThis.slim !== undefined || globalThis.bundles?.length === 2')
  return page
}

test.each(['text', 'url', 'response', 'promise', 'blob', 'untyped', 'bytes', 'module'])(
  'slim takes the core in a page as %s, and gives the same bytes as the core that is carried',
  async (source) => {
    const page = await open(INSTANTIATE)
    expect(await page.evaluate('slim.refusal()')).toMatchObject({ code: 'core-not-loaded' })
    expect(await page.evaluate(`slim.init('${source}')`)).toBeUndefined()
    expect(await page.evaluate('slim.accept()')).toBe(hosts.expected)
  },
)

test('slim refuses what is no core of this version with a typed error, and can then be handed the right one', async () => {
  const page = await open(INSTANTIATE)
  const refusals: Readonly<Record<string, object>> = {
    missing: {
      code: 'core-unreadable',
      fields: { source: '/gone.wasm', reason: 'HTTP status 404', status: 404 },
    },
    unreachable: { code: 'core-unreadable', fields: { source: 'http://127.0.0.1:1/core.wasm' } },
    page: { code: 'bad-core', fields: { source: '/index.html', found: 'HTML' } },
    torn: {
      code: 'bad-core',
      fields: { source: '/torn.wasm', found: expect.stringMatching(/^a damaged file/) as string },
    },
    older: { code: 'wrong-core', fields: { expected: VERSION, found: '0.0.9' } },
  }
  for (const [source, refusal] of Object.entries(refusals)) {
    expect(await page.evaluate(`slim.init('${source}')`), source).toMatchObject(refusal)
  }
  expect(await page.evaluate('slim.refusal()')).toMatchObject({ code: 'core-not-loaded' })
  // At once, a wrong one among them.
  const parallel = "Promise.all(['missing', 'text', 'module', 'torn'].map((source) => slim.init(source)))"
  expect(await page.evaluate(parallel)).toMatchObject([
    { code: 'core-unreadable' },
    undefined,
    undefined,
    undefined,
  ])
  expect(await page.evaluate('slim.accept()')).toBe(hosts.expected)
})

test('slim works with a module that another realm has compiled, and in a worker that is handed one', async () => {
  const page = await open(INSTANTIATE)
  expect(await page.evaluate('slim.runInWorker()')).toBe(hosts.expected)
  expect(await page.evaluate('slim.refusal()')).toMatchObject({ code: 'core-not-loaded' })
  expect(await page.evaluate('slim.initFromFrame()'), 'the module is of another realm').toBe(true)
  expect(await page.evaluate('slim.accept()')).toBe(hosts.expected)
})

test('where a page may not compile WebAssembly, slim says what the policy lacks, whatever it is handed', async () => {
  const page = await open("script-src 'self'")
  for (const source of ['text', 'untyped', 'bytes']) {
    expect(await page.evaluate(`slim.init('${source}')`), source).toMatchObject({
      code: 'wasm-unavailable',
      message: expect.stringContaining("'wasm-unsafe-eval'") as string,
    })
  }
})

test('two bundles on one page have a core each, and know the errors of one another', async () => {
  const bundle = await bundleHost(hosts, 'two-bundles-host.mjs')
  const both = {
    'main.js': `import './first.js'\nimport './second.js'`,
    'first.js': bundle,
    'second.js': bundle,
  }
  const page = await open(INSTANTIATE, { ...files, ...both })
  const found = await page.evaluate((specs) => {
    const [first, second] = Reflect.get(globalThis, 'bundles') as [Bundle, Bundle]
    const versions = [first, second, first].map((bundle) => bundle.decompose(specs).version)
    let error: unknown
    try {
      first.decompose('[1]')
    } catch (thrown) {
      error = thrown
    }
    return {
      versions: new Set(versions).size,
      known: second.isUnitflowError(error, 'not-a-spec'),
      sameClass: error instanceof second.UnitflowError,
    }
  }, hosts.specs)
  expect(found).toEqual({ versions: 1, known: true, sameClass: false })
})

interface Bundle {
  decompose(specs: string): { readonly version: string }
  isUnitflowError(error: unknown, code: string): boolean
  readonly UnitflowError: new () => Error
}
