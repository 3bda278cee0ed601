import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Miniflare } from 'miniflare'
import { cacheElementUnitsForWorkflow, createMemoryStore, isUnitflowError, readElementUnit } from 'unitflow'
import type { CacheReport, CacheStore, ElementUnit, UnitRequest } from 'unitflow'
import { createHttpStore } from 'unitflow/stores/http'
import type { UnitSource } from '../../examples/edge-function/client.js'
import { afterAll, beforeAll, beforeEach, expect, inject } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * A copy of the example as a user has it: `unitflow` comes from the packed tarball, the tools from beside it.
 *
 * @param bindings an example whose bindings are put in the place of its own
 */
async function copiedExample(name: string, bindings: string): Promise<string> {
  const folder = join(inject('application'), name)
  await cp(join(root, 'examples/edge-function'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  })
  for (const file of ['bindings.ts', 'services.ts']) {
    await cp(join(root, 'examples', bindings, file), join(folder, file))
  }
  await mkdir(join(folder, 'node_modules'))
  for (const tool of ['esbuild', 'miniflare', 'typescript']) {
    await symlink(join(root, 'node_modules', tool), join(folder, 'node_modules', tool))
  }
  return folder
}

function readWorkflow(name: string): Promise<string> {
  return readFile(join(root, 'examples/workflows', name), 'utf8')
}

/**
 * The example behind a namespace that notes what it is asked, fails on request, and a clock that can be set. Its objects note
 * what they read, too, and can be thrown out of memory.
 */
const OBSERVED = `
import worker, { Run as Plain } from './worker.ts'
const now = Date.now.bind(Date)
let offset = 0
export class Run extends Plain {
  #state
  #read
  constructor(state, env) {
    const read = []
    const get = (key, ...how) => {
      read.push(key)
      return env.UNITS.get(key, ...how)
    }
    const through = (method) => (...args) => env.UNITS[method](...args)
    const rest = { put: through('put'), list: through('list'), delete: through('delete') }
    const { storage } = state
    // The runtime goes by a clock of its own.
    const ahead = {
      sql: storage.sql,
      transactionSync: (work) => storage.transactionSync(work),
      sync: () => storage.sync(),
      getAlarm: async () => {
        const time = await storage.getAlarm()
        return time === null ? null : time + offset
      },
      setAlarm: (time) => storage.setAlarm(time - offset),
    }
    super({ storage: ahead }, { ...env, UNITS: { ...rest, get } })
    this.#state = state
    this.#read = read
  }
  async fetch(request) {
    if (request.url.endsWith('/abort')) this.#state.abort('thrown out of memory')
    const response = await super.fetch(request)
    response.headers.set('test-read', JSON.stringify(this.#read))
    return response
  }
}
Date.now = () => now() + offset
export default {
  async fetch(request, env) {
    offset += Number(request.headers.get('test-later') ?? 0)
    const thrownOut = request.headers.get('test-abort')
    if (thrownOut !== null) return env.RUNS.get(env.RUNS.idFromName(thrownOut)).fetch('https://run/abort')
    const fault = request.headers.get('test-fault')
    const touched = []
    const noted = (method) => async (...args) => {
      touched.push(method + ' ' + (args[0].prefix ?? args[0]))
      if (fault === 'failing') throw new Error('KV failed: 500 secret-detail')
      if (fault === 'absurd') return 1n
      return env.UNITS[method](...args)
    }
    const UNITS = { get: noted('get'), put: noted('put'), delete: noted('delete'), list: noted('list') }
    const TENANTS = fault === 'no-tenants' ? '[{' : env.TENANTS
    const response = await worker.fetch(request, {
      UNITS: fault === 'no-namespace' ? undefined : UNITS,
      RUNS: env.RUNS,
      TENANTS,
    })
    response.headers.set('test-touched', JSON.stringify(touched))
    return response
  },
}`

/** Tokens are `<tenant>-<may>`. `acme` begins the name of `acme-2`. */
const TENANTS = ['acme', 'acme-2'].flatMap((name) =>
  ['read', 'write'].map((may) => ({
    name,
    may,
    sha256: createHash('sha256').update(`${name}-${may}`).digest('hex'),
  })),
)

interface Module {
  readonly type: 'ESModule' | 'CompiledWasm'
  readonly path: string
  readonly contents: string | Uint8Array<ArrayBuffer>
}

/** The worker in workerd, bundled as the example itself does it. */
async function startWorker(folder: string): Promise<Miniflare> {
  const entry = join(folder, 'observed.js')
  await writeFile(entry, OBSERVED)
  const { bundle } = (await import(pathToFileURL(join(folder, 'bundle.mjs')).href)) as {
    readonly bundle: (entry: string) => Promise<Module[]>
  }
  return new Miniflare({
    modules: await bundle(entry),
    compatibilityDate: '2026-01-01',
    kvNamespaces: ['UNITS'],
    durableObjects: { RUNS: { className: 'Run', useSQLite: true } },
    bindings: { TENANTS: JSON.stringify(TENANTS) },
    host: '127.0.0.1',
    // What the worker logs is for whoever runs it.
    handleRuntimeStdio: () => undefined,
  })
}

/** What the tests use of the namespace itself; miniflare's own types need those of Cloudflare. */
export interface Namespace {
  get(name: string, type: 'text'): Promise<string | null>
  put(name: string, value: string): Promise<void>
  delete(name: string): Promise<void>
  list(): Promise<{ readonly keys: readonly { readonly name: string }[] }>
}

export async function namespaceOf(worker: Miniflare): Promise<Namespace> {
  const namespace: unknown = await worker.getKVNamespace('UNITS')
  return namespace as Namespace
}

/** Everything that the namespace holds, as text by name. */
export async function storedValues(worker: Miniflare): Promise<Record<string, string>> {
  const namespace = await namespaceOf(worker)
  const values: Record<string, string> = {}
  for (const { name } of (await namespace.list()).keys) {
    values[name] = (await namespace.get(name, 'text')) ?? ''
  }
  return values
}

async function empty(worker: Miniflare): Promise<void> {
  const namespace = await namespaceOf(worker)
  for (const { name } of (await namespace.list()).keys) await namespace.delete(name)
}

/** The same workflow with another description of one process. */
export function edited(specs: string, processId: string): string {
  const workflow = JSON.parse(specs) as {
    readonly spec: Record<string, unknown> & { readonly name: string }
    readonly subprocess_specs: Readonly<Record<string, Record<string, unknown>>>
  }
  const process = workflow.spec.name === processId ? workflow.spec : workflow.subprocess_specs[processId]!
  process['description'] = `edited: ${String(process['description'])}`
  return JSON.stringify(workflow)
}

/** Has the worker forget the roots that it holds: it is a minute later. */
export const LATER = { 'test-later': '60000' }

export interface Asked {
  readonly token?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream
}

/** The worker of a test file, with a namespace that is empty before each test. */
export class EdgeFunction {
  folder = ''
  origin = ''
  /** The workflow of 37 processes, and a small one. */
  specs = ''
  approval = ''
  #worker: Miniflare | undefined

  get worker(): Miniflare {
    return this.#worker!
  }

  async start(name: string, bindings: string): Promise<void> {
    this.folder = await copiedExample(name, bindings)
    this.#worker = await startWorker(this.folder)
    this.origin = (await this.worker.ready).origin
    this.specs = await readWorkflow('order-company.c.json')
    this.approval = await readWorkflow('approval.c.json')
  }

  async ask(
    path: string,
    { token = 'acme-write', method = 'GET', headers = {}, body }: Asked = {},
  ): Promise<Response> {
    const authorization: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
    const init: RequestInit & { duplex?: 'half' } = { method, headers: { ...authorization, ...headers } }
    if (body !== undefined) Object.assign(init, { body, duplex: 'half' })
    return fetch(this.origin + path, init)
  }

  get url(): string {
    return `${this.origin}/workflows`
  }

  /** Where a client asks for the units of `orders`. */
  source(token = 'acme-read', fetching: typeof fetch = fetch): UnitSource {
    return { url: `${this.url}/orders`, token, fetch: fetching }
  }

  /** A store over HTTP that sees every change at once. */
  store(token: string, fetching: typeof fetch = fetch): CacheStore {
    const headers = { authorization: `Bearer ${token}`, ...LATER }
    return createHttpStore(this.url, { headers, retry: { attempts: 1 }, fetch: fetching })
  }

  async put(key: string, body: string = this.specs, token = 'acme-write'): Promise<CacheReport> {
    const response = await this.ask(`/workflows/${key}`, { method: 'PUT', body, token, headers: LATER })
    expect(response.status, await response.clone().text()).toBe(200)
    return (await response.json()) as CacheReport
  }
}

/**
 * Registers the worker of a test file; `name` is of that file alone.
 *
 * @param bindings an example whose bindings are put in the place of its own
 */
export function edgeFunction(name: string, bindings = 'edge-function'): EdgeFunction {
  const edge = new EdgeFunction()
  beforeAll(() => edge.start(name, bindings))
  beforeEach(() => empty(edge.worker))
  afterAll(() => edge.worker.dispose())
  return edge
}

/** What the worker asked of its namespace for this response, as `get <name>`. */
export function touched(response: Response): string[] {
  return JSON.parse(response.headers.get('test-touched') ?? '') as string[]
}

/** A response that must be problem details, and tell nothing of the inside. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const text = await response.text()
  expect(text).not.toMatch(/\.js:|"stack"|"cause"|secret-detail/)
  const problem = JSON.parse(text) as Record<string, unknown>
  expect(problem['status']).toBe(response.status)
  for (const name of ['type', 'title', 'detail', 'code']) expect(problem[name], name).toBeTypeOf('string')
  return problem
}

/** The unit that reading from memory gives, as it is after a wire. */
export async function unitInMemory(specs: string, request: UnitRequest): Promise<ElementUnit> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'orders', specs)
  return JSON.parse(JSON.stringify(await readElementUnit(store, 'orders', request))) as ElementUnit
}

/** A fetch after which the worker has forgotten the roots that it held. */
export const later: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers)
  headers.set('test-later', '60000')
  return fetch(input, { ...init, headers })
}

/** The work must be refused with an error of this code. */
export async function isRefused(work: Promise<unknown>, code: string): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(isUnitflowError(error) ? error.code : error).toBe(code)
}
