import { build } from 'esbuild'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import type { PageServer } from './page-server.js'
import { servePages } from './page-server.js'

/**
 * Serves a page that loads this module, bundled as an application ships it.
 *
 * @param folder of the module and of what it imports by a relative path
 * @param policy the page's Content-Security-Policy
 */
export async function serveBundledPage(folder: URL, module: string, policy: string): Promise<PageServer> {
  // Inside the application, so that `unitflow` is the installed package for the page.
  const copy = join(inject('application'), `page-${module}`)
  await cp(fileURLToPath(folder), copy, { recursive: true })
  const { outputFiles } = await build({
    entryPoints: [join(copy, module)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  })
  return servePages({ 'main.js': outputFiles[0]!.text }, policy)
}
