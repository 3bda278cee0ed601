import { cp, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import config from '../../examples/browser-editor/vite.config.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Site {
  readonly url: string
  close(): void
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** Builds the example in an application that has installed the package, and serves the built folder to this machine. */
export async function serveBrowserEditor(application: string): Promise<Site> {
  const examples = join(await mkdtemp(join(application, 'browser-editor-')), 'examples')
  const editor = join(examples, 'browser-editor')
  await cp(join(root, 'examples/browser-editor'), editor, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|dist)$/.test(path),
  })
  await mkdir(join(examples, 'workflows'))
  await cp(
    join(root, 'examples/workflows/order-company.c.json'),
    join(examples, 'workflows/order-company.c.json'),
  )
  // What `npm install` in the example would fetch, next to what the package has brought along.
  await mkdir(join(editor, 'node_modules'))
  await symlink(join(root, 'node_modules/preact'), join(editor, 'node_modules/preact'), 'junction')
  const folder = join(editor, 'dist')
  await build({
    ...config,
    configFile: false,
    root: editor,
    logLevel: 'silent',
    build: { ...config.build, outDir: folder },
  })
  return serveFolder(folder)
}

async function serveFolder(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://site').pathname)
    const file = join(folder, path === '/' ? 'index.html' : path)
    readFile(file).then(
      (content) => {
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
        response.end(content)
      },
      () => response.writeHead(404).end(),
    )
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
