import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Miniflare } from 'miniflare'
import type { HistoryEvent, ProcessInfo } from 'unitflow/deciders'
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { run } from '../packaging/run.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(inject('application'), 'edge-process')

interface Module {
  readonly type: 'ESModule'
  readonly path: string
  readonly contents: string
}
let modules: Module[]

/** The example, with an object that throws itself out of memory when it is told to. */
const OBSERVED = `
import worker from './worker.ts'
import { Customer as Plain } from './customer.ts'
export class Customer extends Plain {
  #state
  constructor(state, env) {
    super(state, env)
    this.#state = state
  }
  fetch(request) {
    if (request.headers.has('test-abort')) this.#state.abort('thrown out of memory')
    return super.fetch(request)
  }
}
export default worker
`

/** A copy of the example as a user has it: `unitflow` comes from the packed tarball, the tools from beside it. */
beforeAll(async () => {
  await cp(join(root, 'examples/edge-process'), folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|\.objects)$/.test(path),
  })
  await mkdir(join(folder, 'node_modules'))
  for (const tool of ['esbuild', 'miniflare', 'typescript']) {
    await symlink(join(root, 'node_modules', tool), join(folder, 'node_modules', tool))
  }
  const entry = join(folder, 'observed.js')
  await writeFile(entry, OBSERVED)
  const { bundle } = (await import(pathToFileURL(join(folder, 'bundle.mjs')).href)) as {
    readonly bundle: (entry: string) => Promise<Module[]>
  }
  modules = await bundle(entry)
})

/** The service that sends mails; `answers` of it are taken one by one, and after them it sends at once. */
class Mails {
  /** As they were asked for, also twice. */
  readonly asked: { readonly text: string; readonly key: string }[] = []
  readonly answers: (() => Promise<Response>)[] = []

  readonly service = async (request: Request): Promise<Response> => {
    const { text } = (await request.json()) as { readonly text: string }
    this.asked.push({ text, key: request.headers.get('idempotency-key') ?? '' })
    return (await this.answers.shift()?.()) ?? new Response()
  }

  get texts(): readonly string[] {
    return this.asked.map(({ text }) => text)
  }
}

async function storage(): Promise<string> {
  const path = await mkdtemp(join(inject('application'), 'objects-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

interface Edge {
  ask(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>
  stop(): Promise<void>
}

async function start(mails: Mails, path: string): Promise<Edge> {
  const worker = new Miniflare({
    modules,
    compatibilityDate: '2026-01-01',
    durableObjects: { CUSTOMERS: { className: 'Customer', useSQLite: true } },
    durableObjectsPersist: path,
    serviceBindings: { MAIL: mails.service },
    host: '127.0.0.1',
    handleRuntimeStdio: () => undefined,
  })
  const { origin } = await worker.ready
  let isStopped = false
  const stop = async (): Promise<void> => {
    if (!isStopped) await worker.dispose()
    isStopped = true
  }
  onTestFinished(stop)
  return {
    ask: (asked, { method = 'GET', body, headers = {} } = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return fetch(`${origin}/customers${asked}`, {
        method,
        headers,
        ...(body !== undefined && { body: text }),
      })
    },
    stop,
  }
}

const INVOICE = '/ada/invoices/2026-1'
const PAY = 'Please pay 120 €.'

function invoice(fields: Readonly<Record<string, unknown>> = {}) {
  return { to: 'ada@example.org', amount: '120 €', ...fields }
}

async function shown(
  edge: Edge,
  path = INVOICE,
): Promise<ProcessInfo & { readonly history: readonly HistoryEvent[] }> {
  const response = await edge.ask(path)
  expect(response.status).toBe(200)
  return (await response.json()) as ProcessInfo & { readonly history: readonly HistoryEvent[] }
}

const POLL = { timeout: 60_000, interval: 50 }

test('SC5 a timer fires by the alarm of an object that was thrown out of memory, and nobody has asked', async () => {
  const mails = new Mails()
  const edge = await start(mails, await storage())
  const started = await edge.ask(INVOICE, { method: 'PUT', body: invoice({ remindAfter: 2 }) })
  expect(started.status).toBe(202)
  await expect.poll(async () => (await shown(edge)).status, POLL).toBe('is not paid, reminders: 0')
  await edge.ask(INVOICE, { headers: { 'test-abort': '' } })
  expect(mails.texts).toEqual([PAY])
  // From here on no request comes in.
  await expect.poll(() => mails.texts, POLL).toEqual([PAY, 'Reminder 1: please pay 120 €.'])

  const paid = await edge.ask(`${INVOICE}/paid`, { method: 'POST', body: { on: '2026-11-21' } })
  expect(paid.status).toBe(202)
  await expect
    .poll(async () => (await shown(edge)).closed?.result, POLL)
    .toEqual({ type: 'completed', result: 'paid on 2026-11-21' })
  const { history } = await shown(edge)
  const timer = history.find(({ type }) => type === 'timer')!
  const due = history.find((event) => event.type === 'decision' && event.decision.type === 'start-timer')!
  expect(timer.at - due.at).toBeGreaterThanOrEqual(2000)
  expect(new Set(mails.asked.map(({ key }) => key)).size).toBe(2)
})

test('SC5 a timer fires after workerd was stopped in the middle of it', async () => {
  const [mails, path] = [new Mails(), await storage()]
  const before = await start(mails, path)
  await before.ask(INVOICE, { method: 'PUT', body: invoice({ remindAfter: 2, reminders: 1 }) })
  await expect.poll(async () => (await shown(before)).status, POLL).toBe('is not paid, reminders: 0')
  await before.stop()
  expect(mails.texts).toEqual([PAY])
  const after = await start(mails, path)
  await expect.poll(() => mails.texts, POLL).toEqual([PAY, 'Reminder 1: please pay 120 €.'])
  await expect
    .poll(async () => (await shown(after)).closed?.result, POLL)
    .toEqual({ type: 'failed', reason: 'not paid after 1 reminders' })
})

test('D82 a mail whose object is gone in the middle is tried again with the same key', async () => {
  const mails = new Mails()
  const edge = await start(mails, await storage())
  mails.answers.push(() => new Promise(() => undefined))
  await edge.ask(INVOICE, { method: 'PUT', body: invoice() })
  await expect.poll(() => mails.texts, POLL).toEqual([PAY])
  await edge.ask(INVOICE, { headers: { 'test-abort': '' } })
  await expect.poll(() => mails.texts, POLL).toEqual([PAY, PAY])
  expect(mails.asked[1]).toEqual(mails.asked[0])
  await expect.poll(async () => (await shown(edge)).status, POLL).toBe('is not paid, reminders: 0')
})

test('D39 D82 a service that does not answer is given up in time, and asked again with the same key', async () => {
  const mails = new Mails()
  const edge = await start(mails, await storage())
  mails.answers.push(() => new Promise(() => undefined))
  await edge.ask(INVOICE, { method: 'PUT', body: invoice({ remindAfter: 3600 }) })
  await expect.poll(() => mails.texts, POLL).toEqual([PAY, PAY])
  expect(mails.asked[1]).toEqual(mails.asked[0])
  await expect.poll(async () => (await shown(edge)).status, POLL).toBe('is not paid, reminders: 0')
  const { history } = await shown(edge)
  const again = history.flatMap((event) => (event.type === 'activity-started' ? [event.last?.result] : []))
  expect(again).toEqual([undefined, { type: 'timed-out', timeout: 'start-to-close' }])
})

test('a service that fails is asked again', async () => {
  const mails = new Mails()
  const edge = await start(mails, await storage())
  mails.answers.push(async () => new Response('', { status: 503 }))
  await edge.ask(INVOICE, { method: 'PUT', body: invoice({ remindAfter: 3600 }) })
  await expect.poll(() => mails.texts, POLL).toEqual([PAY, PAY])
  expect(mails.asked[1]).toEqual(mails.asked[0])
})

test('customers have invoices of their own; one is started once, listed, drawn, withdrawn', async () => {
  const mails = new Mails()
  const edge = await start(mails, await storage())
  for (const path of [INVOICE, INVOICE, '/bob/invoices/2026-1']) {
    expect((await edge.ask(path, { method: 'PUT', body: invoice() })).status).toBe(202)
  }
  await expect.poll(() => mails.texts, POLL).toEqual([PAY, PAY])
  const listed = (await (await edge.ask('/ada/invoices')).json()) as {
    readonly processes: readonly ProcessInfo[]
  }
  expect(listed.processes.map(({ id }) => id)).toEqual(['2026-1'])
  const drawn = await edge.ask(`${INVOICE}/timeline.svg`)
  expect(drawn.headers.get('content-type')).toBe('image/svg+xml')
  expect(await drawn.text()).toContain('invoice 2026-1')
  expect((await edge.ask(INVOICE, { method: 'DELETE' })).status).toBe(200)
  expect((await shown(edge)).closed?.result).toEqual({ type: 'canceled', reason: 'withdrawn' })
  expect((await shown(edge, '/bob/invoices/2026-1')).closed).toBeUndefined()
  expect((await edge.ask(INVOICE, { method: 'DELETE' })).status).toBe(409)
})

test('what cannot be done is told, and leaves nothing behind', async () => {
  const mails = new Mails()
  const edge = await start(mails, await storage())
  const refused: readonly (readonly [string, string, unknown, number, string])[] = [
    ['PUT', INVOICE, '{', 400, 'expected JSON'],
    ['PUT', INVOICE, [], 400, 'to: expected a text'],
    ['PUT', INVOICE, null, 400, 'expected an object'],
    ['PUT', INVOICE, invoice({ amount: 120 }), 400, 'amount: expected a text'],
    ['PUT', INVOICE, invoice({ remindAfter: 0 }), 400, 'remindAfter: expected a whole number from 1'],
    ['PUT', INVOICE, 'x'.repeat(10_001), 413, 'at most 10,000'],
    ['POST', `${INVOICE}/paid`, { on: 'today' }, 404, 'there is no process'],
    ['GET', INVOICE, undefined, 404, 'there is no process'],
    ['GET', `${INVOICE}/timeline.svg`, undefined, 404, 'there is no process'],
    ['PATCH', INVOICE, undefined, 405, 'PATCH'],
    ['POST', '/ada/invoices', undefined, 405, 'expected GET'],
    ['GET', '/ada/invoices/a%2Fb', undefined, 404, 'nothing at this path'],
    ['GET', '/ada', undefined, 404, 'nothing at this path'],
  ]
  for (const [method, path, body, status, message] of refused) {
    const response = await edge.ask(path, { method, body })
    const told = await response.text()
    expect(told).toContain(message)
    expect({ method, path, status: response.status }).toEqual({ method, path, status })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  }
  await edge.ask(INVOICE, { method: 'PUT', body: invoice() })
  const unpaid = await edge.ask(`${INVOICE}/paid`, { method: 'POST', body: { on: 5 } })
  expect(unpaid.status).toBe(400)
  await expect.poll(async () => (await shown(edge)).status, POLL).toBe('is not paid, reminders: 0')
  expect((await shown(edge)).history.map(({ type }) => type)).not.toContain('signal')
})

test('the example compiles by itself, as it is copied', async () => {
  await run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    cwd: folder,
  })
})

test('the commands of README work', async () => {
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const [setup, requests = ''] = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block)
  expect(setup).toBe('npm install\nnpm run dev\n')
  const dev = spawn(process.execPath, ['dev.mjs'], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  dev.stdout.on('data', (piece) => (said += String(piece)))
  onTestFinished(async () => {
    if (dev.exitCode !== null) return
    dev.kill('SIGINT')
    await once(dev, 'close')
  })
  await expect.poll(() => said, POLL).toMatch(/http:\/\/[\d.:]+/)
  const [origin = ''] = /http:\/\/[\d.:]+/.exec(said) ?? []
  const answers: unknown[] = []
  for (const command of requests.trim().split('\n')) {
    const here = command.replace('http://127.0.0.1:8787', origin)
    answers.push(JSON.parse((await run('bash', ['-c', here], { cwd: folder })).stdout))
    // Who pays at once needs no mail.
    await expect.poll(() => said, POLL).toContain('mail to ada@example.org: Please pay 120 €.')
  }
  expect(answers).toEqual([
    { id: '1' },
    expect.objectContaining({ id: '1', workflow: 'invoice' }),
    { id: '1' },
    { processes: [expect.objectContaining({ id: '1' })] },
  ])
})

test('what is deployed is what is tested: entry, binding, class and date', async () => {
  const text = (await readFile(join(folder, 'wrangler.jsonc'), 'utf8')).replace(/^\s*\/\/.*$/gm, '')
  expect(JSON.parse(text.replace(/,(?=\s*\}\s*$)/, ''))).toEqual({
    name: 'unitflow-edge-process',
    main: 'worker.ts',
    compatibility_date: '2026-01-01',
    durable_objects: { bindings: [{ name: 'CUSTOMERS', class_name: 'Customer' }] },
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Customer'] }],
  })
})
