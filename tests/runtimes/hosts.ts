import { build } from 'esbuild'
import type { BuildOptions, Plugin } from 'esbuild'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { run } from '../packaging/run.js'

/** The programs of this folder inside the application, where `unitflow` is the installed package. */
export interface Hosts {
  readonly folder: string
  /** The installed package. */
  readonly installed: string
  /** The specs of the example company. */
  readonly specs: string
  /** The file `unitflow/core.wasm` as it is installed. */
  readonly core: Uint8Array<ArrayBuffer>
  /** What the acceptance program says on the main thread of Node 24: the same bytes are expected everywhere. */
  readonly expected: string
}

/** @param name of the copy, one for each file of tests, since they run at the same time */
export async function prepareHosts(name: string): Promise<Hosts> {
  const folder = join(inject('application'), `runtimes-${name}`)
  await cp(fileURLToPath(new URL('.', import.meta.url)), folder, { recursive: true })
  const company = new URL('../../examples/workflows/order-company.c.json', import.meta.url)
  const specs = await readFile(company, 'utf8')
  const installed = join(inject('application'), 'node_modules/unitflow')
  const core = new Uint8Array(await readFile(join(installed, 'dist/core.wasm')))
  const hosts = { folder, installed, specs, core, expected: '' }
  return { ...hosts, expected: await runHost(hosts, process.execPath, ['node-host.mjs']) }
}

/** What a host prints when it is given the specs. The last of the arguments are the host and its own. */
export async function runHost(
  { folder, specs }: Pick<Hosts, 'folder' | 'specs'>,
  program: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await run(program, args, { cwd: folder, input: specs })
  return stdout
}

/** A host as one file, as an application ships it. With `slim`, what it imports from `unitflow` is of `unitflow/slim`. */
export async function bundleHost(
  { folder }: Hosts,
  host: string,
  { slim = false, ...options }: BuildOptions & { readonly slim?: boolean } = {},
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, host)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    ...options,
    plugins: [...(options.plugins ?? []), ...(slim ? [slimForDefault] : [])],
    write: false,
  })
  return outputFiles[0]!.text
}

/** Not esbuild's `alias`, which would change `unitflow/slim` as well. */
const slimForDefault: Plugin = {
  name: 'slim-for-default',
  setup(builder) {
    builder.onResolve({ filter: /^unitflow$/ }, ({ kind, resolveDir }) =>
      builder.resolve('unitflow/slim', { kind, resolveDir }),
    )
  },
}
