import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { transform } from 'esbuild'
import { createManualClock } from '../../../../ts/clock/index.js'
import type { ManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { createBackendHandler, createHttpBackend } from '../../../../ts/deciders/http/index.js'
import type {
  BackendHandlerOptions,
  HttpBackendOptions,
  HttpFetch,
} from '../../../../ts/deciders/http/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'

export type Handler = (request: Request) => Promise<Response>

export const START = 1_800_000_000_000

export interface Served {
  readonly clock: ManualClock
  readonly backend: WorkflowBackend
  readonly handler: Handler
  readonly fetch: HttpFetch
  readonly url: string
  readonly remote: WorkflowBackend
  /** Asks as anybody could. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  readonly post: (path: string, body: unknown) => Promise<Response>
}

/** A backend in memory, what serves it, and what asks that, all in here. */
export function served({
  client = {},
  clock = createManualClock(START),
  backend = createBackend({ records: createMemoryRecords(), clock }),
  ...options
}: Partial<BackendHandlerOptions> & {
  readonly client?: Partial<HttpBackendOptions>
  readonly clock?: ManualClock
  readonly backend?: WorkflowBackend
} = {}): Served {
  const handler = createBackendHandler({ backend, authorize: () => 'allow', path: '/unitflow', ...options })
  const fetch = (url: string, init: RequestInit): Promise<Response> => handler(new Request(url, init))
  const url = 'https://server.invalid/unitflow'
  const remote = createHttpBackend({ url, fetch, clock, retry: { backoff: 1 }, ...client })
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    handler(new Request(`${url}/v1/${path}`, init))
  const post = (path: string, body: unknown): Promise<Response> =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { clock, backend, handler, fetch, url, remote, ask, post }
}

/** A server of Node, by the code of docs/deciders-http.md. */
export async function serveByNode(
  handler: Handler,
): Promise<{ readonly url: string; readonly port: number; close(): Promise<void> }> {
  const { serverOf } = await (imported ??= importFromPage())
  const server = serverOf(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Page {
  readonly serverOf: (handler: Handler) => Server
}

let imported: Promise<Page> | undefined

async function importFromPage(): Promise<Page> {
  const page = await readFile(new URL('../../../../docs/deciders-http.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text = '']) => text)
  const { code } = await transform(
    blocks.find((text) => text.includes('createServer'))!,
    { loader: 'ts' },
  )
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Page
}
