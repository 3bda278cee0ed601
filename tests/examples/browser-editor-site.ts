import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import config from '../../examples/browser-editor/vite.config.js'
import { serveFolder } from './serve-folder.js'
import type { Site } from './serve-folder.js'

export type { Site } from './serve-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

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
