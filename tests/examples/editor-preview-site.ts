import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import config from '../../examples/editor-preview/vite.config.js'
import { serveFolder } from './serve-folder.js'
import type { Site } from './serve-folder.js'

export type { Site } from './serve-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the example in an application that has installed the package, and serves the built folder to this machine. */
export async function serveEditorPreview(application: string): Promise<Site> {
  const examples = join(await mkdtemp(join(application, 'editor-preview-')), 'examples')
  const example = join(examples, 'editor-preview')
  await cp(join(root, 'examples/editor-preview'), example, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|dist)$/.test(path),
  })
  await mkdir(join(examples, 'workflows'))
  await cp(
    join(root, 'examples/workflows/order-company.c.json'),
    join(examples, 'workflows/order-company.c.json'),
  )
  // What `npm install` in the example would fetch, next to what the package has brought along.
  await mkdir(join(example, 'node_modules'))
  await symlink(join(root, 'node_modules/preact'), join(example, 'node_modules/preact'), 'junction')
  const folder = join(example, 'dist')
  await build({
    ...config,
    configFile: false,
    root: example,
    logLevel: 'silent',
    build: { ...config.build, outDir: folder },
  })
  return serveFolder(folder)
}
