import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.js'

const tools = fileURLToPath(new URL('../../.tools/', import.meta.url))

/** The oldest Node that `engines` allows a user to have: require() of ESM works from 20.19 on. */
const OLDEST = { major: 20, minor: 19 }

/**
 * The programs of Node 20 and Node 24. Node 24 is the one that runs the tests; Node 20 is looked for on this machine,
 * and fetched from npm into `.tools` where there is none.
 */
export async function nodeVersions(): Promise<readonly { readonly name: string; readonly path: string }[]> {
  if (!process.version.startsWith('v24.')) throw new Error(`the tests run on Node 24, not ${process.version}`)
  return [
    { name: 'Node 20', path: installedNode20() ?? (await fetchedNode20()) },
    { name: 'Node 24', path: process.execPath },
  ]
}

function installedNode20(): string | undefined {
  const folders = ['/usr/local/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const found = [process.env['NODE_20'] ?? '', ...folders.map((folder) => join(folder, 'node')), fetched]
  return found.find((path) => path !== '' && existsSync(path) && isNode20(path))
}

function isNode20(path: string): boolean {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(stdout) ?? []
  return Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor
}

const fetched = join(tools, 'node-20/node_modules/node/bin/node')

async function fetchedNode20(): Promise<string> {
  const folder = join(tools, 'node-20')
  await mkdir(folder, { recursive: true })
  await run('npm', ['init', '--yes'], { cwd: folder })
  await run('npm', ['pkg', 'set', 'allowScripts.node=true', '--json'], { cwd: folder })
  await run('npm', ['install', '--no-audit', '--no-fund', 'node@20'], { cwd: folder })
  if (isNode20(fetched)) return fetched
  throw new Error('there is no Node 20.19 or later 20.x here: name its program in NODE_20')
}
