import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit, unitJson } from '../../ts/index.js'
import { nodeVersions } from '../packaging/node-versions.js'
import { run } from '../packaging/run.js'
import { launchChromium } from './chromium.js'
import { servePages } from './page-server.js'

/** The hosts stand inside the application, so that `unitflow` is the installed package for them. */
const hosts = join(inject('application'), 'runtimes')
const company = fileURLToPath(new URL('../../examples/workflows/order-company.c.json', import.meta.url))
const INSTANTIATE = "script-src 'self' 'wasm-unsafe-eval'"

let specs: string
/** What the acceptance program says in Node 24. */
let expected: string
let browser: Browser

beforeAll(async () => {
  await cp(fileURLToPath(new URL('.', import.meta.url)), hosts, { recursive: true })
  specs = await readFile(company, 'utf8')
  expected = await inNode(process.execPath, 'node-host.mjs')
  browser = await launchChromium()
})
afterAll(() => browser.close())

async function inNode(node: string, host: string): Promise<string> {
  const { stdout } = await run(node, [join(hosts, host)], { cwd: hosts, input: specs })
  return stdout
}

/** A host as one file, as an application would ship it. */
async function bundle(
  host: string,
  options: { conditions?: string[]; external?: string[] } = {},
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(hosts, host)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    ...options,
  })
  return outputFiles[0]!.text
}

interface Accepted {
  readonly version: string
  readonly ofBytes: string
  readonly objects: readonly (readonly [hash: string, digest: string])[]
  readonly report: { readonly version: string; readonly written: readonly string[] }
  readonly start: {
    readonly included: readonly string[]
    readonly lazy: readonly string[]
    readonly json: string
  }
  readonly resume: { readonly included: readonly string[] }
  readonly refused: { readonly code: string }
  readonly surrogate: { readonly code: string }
  readonly unknown: { readonly code: string }
  readonly trap: unknown
}

test('the acceptance program does its work: units are right, errors typed, a trapped core replaced', () => {
  const accepted = JSON.parse(expected) as Accepted
  expect(accepted.version).toMatch(/^[0-9a-f]{64}$/)
  expect(accepted.ofBytes).toBe(accepted.version)
  expect(accepted.report.version).toBe(accepted.version)
  expect(accepted.report.written.length).toBe(accepted.objects.length)
  for (const [hash, digest] of accepted.objects) expect(hash).toBe(digest)
  expect(accepted.start.included).toEqual(['Order'])
  expect(accepted.start.lazy).toEqual(['Payment', 'Shipping'])
  const whole = JSON.parse(specs) as { spec: unknown }
  expect((JSON.parse(accepted.start.json) as { spec: unknown }).spec).toEqual(whole.spec)
  expect(accepted.resume.included).toContain('Refund')
  expect(accepted.refused.code).toBe('bad-spec')
  expect(accepted.surrogate.code).toBe('lone-surrogate')
  expect(accepted.unknown.code).toBe('unknown-process')
  expect(accepted.trap).toEqual({
    code: 'core-trap',
    operation: 'decompose',
    cause: 'RuntimeError',
    // One core serves everything, the trapped one is let go, and the next call makes its successor.
    cores: [1, 1, 2],
    sameVersion: true,
    sameObjects: true,
  })
})

test('Node 20 gives the same bytes as Node 24', async () => {
  for (const { path } of await nodeVersions()) expect(await inNode(path, 'node-host.mjs')).toBe(expected)
})

test('a worker thread of Node gives the same bytes', async () => {
  expect(await inNode(process.execPath, 'node-worker-host.mjs')).toBe(expected)
})

test('a page of Chromium, and a worker in it, give the same bytes under a Content-Security-Policy', async () => {
  const files = {
    'main.js': await bundle('page-host.mjs'),
    'worker.js': await bundle('page-worker-host.mjs'),
    'specs.json': specs,
  }
  const server = await servePages(files, INSTANTIATE)
  onTestFinished(() => server.close())
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction('globalThis.runInWorker !== undefined')
  expect(await page.evaluate('runInPage()')).toBe(expected)
  expect(await page.evaluate('runInWorker()')).toBe(expected)
})

test('where a page may not compile WebAssembly, caching says what the policy lacks and reading works', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'company', specs)
  const content: Record<string, string> = {}
  for await (const key of store.keys()) content[key] = Buffer.from((await store.get(key))!).toString('base64')
  const files = { 'main.js': await bundle('reading-page-host.mjs'), 'store.json': JSON.stringify(content) }
  const server = await servePages(files, "script-src 'self'")
  onTestFinished(() => server.close())
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction('globalThis.read !== undefined')
  expect(await page.evaluate('refusal()')).toMatchObject({
    code: 'wasm-unavailable',
    message: expect.stringContaining("'wasm-unsafe-eval'") as string,
  })
  expect(await page.evaluate('read()')).toBe(
    unitJson(await readElementUnit(store, 'company', { processId: 'Order' })),
  )
})

test('workerd, which takes the core as a module, gives the same bytes', async () => {
  const code = await bundle('workerd-host.mjs', { conditions: ['workerd'], external: ['*.wasm'] })
  const installed = join(inject('application'), 'node_modules/unitflow')
  const worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'main.js', contents: code },
      {
        type: 'CompiledWasm',
        path: 'core.wasm',
        contents: await readFile(join(installed, 'dist/core.wasm')),
      },
    ],
    compatibilityDate: '2026-01-01',
  })
  onTestFinished(() => worker.dispose())
  const response = await worker.dispatchFetch('http://localhost/', { method: 'POST', body: specs })
  expect(await response.text()).toBe(expected)
})
