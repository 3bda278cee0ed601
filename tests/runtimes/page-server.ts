import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PageServer {
  readonly url: string
  close(): void
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  json: 'application/json',
  html: 'text/html',
  wasm: 'application/wasm',
}

/** Serves these files to this machine alone, each with the Content-Security-Policy. `/` is a page that loads `main.js`. */
export async function servePages(
  files: Readonly<Record<string, string | Uint8Array>>,
  policy: string,
): Promise<PageServer> {
  const page =
    '<!doctype html><meta charset="utf-8"><title>unitflow</title><script type="module" src="/main.js"></script>'
  const all: Readonly<Record<string, string | Uint8Array>> = { 'index.html': page, ...files }
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1)
    const content = all[name]
    const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    response.writeHead(content === undefined ? 404 : 200, {
      // Browsers compile a file while it arrives only where its type is bare.
      'content-type': type === TYPES['wasm'] ? type : `${type}; charset=utf-8`,
      'content-security-policy': policy,
      // A sandboxed frame is of no origin, and loads modules only where all may.
      'access-control-allow-origin': '*',
    })
    response.end(content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
