import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { Hosts } from './hosts.js'
import { bundleHost, prepareHosts, runHost } from './hosts.js'

const DENO = ['run', '--quiet', '--no-prompt', '--cached-only', '--node-modules-dir=manual', '--no-lock']

/** Nothing but reading is allowed, so that whatever else the package tried would fail. */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  deno: [...DENO, '--allow-read'],
  bun: ['--no-install'],
}

/** What the filesystem store needs beyond. */
const WITH_FILES: Readonly<Record<string, readonly string[]>> = {
  deno: [...DENO, '--allow-read', '--allow-write', '--allow-env', '--allow-sys'],
  bun: ['--no-install'],
}

let hosts: Hosts

beforeAll(async () => {
  hosts = await prepareHosts('deno-bun')
  const slim = await bundleHost(hosts, 'slim-standard-input-host.mjs', { slim: true })
  await writeFile(join(hosts.folder, 'slim.mjs'), slim)
})

function run(
  runtime: string,
  host: readonly string[],
  options: readonly string[] = RUNTIMES[runtime]!,
): Promise<string> {
  const program = fileURLToPath(new URL(`../../node_modules/.bin/${runtime}`, import.meta.url))
  if (!existsSync(program))
    throw new Error(`there is no ${runtime} here: npm ci installs it, as the package ${runtime}`)
  return runHost(hosts, program, [...options, ...host])
}

test.each(Object.keys(RUNTIMES))('%s gives the same bytes as Node', async (runtime) => {
  expect(await run(runtime, ['standard-input-host.mjs'])).toBe(`${hosts.expected}\n`)
})

test.each(
  Object.keys(RUNTIMES).flatMap((runtime) =>
    ['url', 'response', 'bytes', 'module'].map((source) => [runtime, source] as const),
  ),
)('%s gives the same bytes with slim, which is handed the core as %s', async (runtime, source) => {
  expect(await run(runtime, ['slim.mjs', source])).toBe(`${hosts.expected}\n`)
})

test.each(Object.keys(RUNTIMES))(
  'U28 U29 U30 the whole store suite passes on files in %s',
  async (runtime) => {
    const { count, failures } = JSON.parse(
      await run(runtime, ['filesystem-suite-host.mjs'], WITH_FILES[runtime]),
    ) as { readonly count: number; readonly failures: readonly string[] }
    expect(failures).toEqual([])
    expect(count).toBeGreaterThan(30)
  },
)
