import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.js'

const tools = fileURLToPath(new URL('../../.tools/', import.meta.url))

/** A program of Node. */
export interface NodeVersion {
  readonly name: string
  readonly path: string
}

/**
 * The programs of Node 20, 22 and 24. Node 24 is the one that runs the tests; the others are looked for on this machine,
 * and fetched from npm into `.tools` where there is none.
 */
export async function nodeVersions(): Promise<readonly NodeVersion[]> {
  if (!process.version.startsWith('v24.')) throw new Error(`the tests run on Node 24, not ${process.version}`)
  return [
    // The oldest that `engines` allows: require() of ESM works from there on.
    await nodeVersion(20, 19),
    await nodeVersion(22, 12),
    { name: 'Node 24', path: process.execPath },
  ]
}

async function nodeVersion(major: number, minor: number): Promise<NodeVersion> {
  const fetched = join(tools, `node-${major}/node_modules/node/bin/node`)
  const named = process.env[`NODE_${major}`]
  const folders = ['/usr/local/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const places = [named ?? '', ...folders.map((folder) => join(folder, 'node')), fetched]
  const isIt = (path: string): boolean => path !== '' && existsSync(path) && isNode(path, major, minor)
  const found = places.find(isIt)
  if (found === undefined) await fetchNode(major)
  const path = found ?? fetched
  if (!isIt(path))
    throw new Error(
      `there is no Node ${major}.${minor} or later ${major}.x here: name its program in NODE_${major}`,
    )
  return { name: `Node ${major}`, path }
}

function isNode(path: string, major: number, minor: number): boolean {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  const [, foundMajor, foundMinor] = /^v(\d+)\.(\d+)\./.exec(stdout) ?? []
  return Number(foundMajor) === major && Number(foundMinor) >= minor
}

/** Test files run at the same time: each fetches into a folder of its own, and the first to finish puts it in place. */
async function fetchNode(major: number): Promise<void> {
  await mkdir(tools, { recursive: true })
  const folder = await mkdtemp(join(tools, 'fetching-'))
  try {
    await run('npm', ['init', '--yes'], { cwd: folder })
    await run('npm', ['pkg', 'set', 'allowScripts.node=true', '--json'], { cwd: folder })
    await run('npm', ['install', '--no-audit', '--no-fund', `node@${major}`], { cwd: folder })
    await rename(folder, join(tools, `node-${major}`)).catch(() => undefined)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
