import { EdgeVM } from '@edge-runtime/vm'
import type { Plugin } from 'esbuild'
import { Miniflare } from 'miniflare'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Hosts } from './hosts.js'
import { bundleHost, prepareHosts } from './hosts.js'

let hosts: Hosts

beforeAll(async () => {
  hosts = await prepareHosts('edge')
})

async function inWorkerd(code: string, coreName: string): Promise<string> {
  const worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'main.js', contents: code },
      { type: 'CompiledWasm', path: coreName, contents: hosts.core },
    ],
    compatibilityDate: '2026-01-01',
  })
  onTestFinished(() => worker.dispose())
  const response = await worker.dispatchFetch('http://localhost/', { method: 'POST', body: hosts.specs })
  return response.text()
}

test('workerd, which takes the core as a module, gives the same bytes', async () => {
  const code = await bundleHost(hosts, 'workerd-host.mjs', { conditions: ['workerd'], external: ['*.wasm'] })
  expect(await inWorkerd(code, 'core.wasm')).toBe(hosts.expected)
})

test('workerd gives the same bytes with slim, which is handed the module', async () => {
  const code = await bundleHost(hosts, 'workerd-slim-host.mjs', { slim: true, external: ['*.wasm'] })
  expect(await inWorkerd(code, 'unitflow/core.wasm')).toBe(hosts.expected)
})

test('U28 U29 U30 the whole store suite passes in workerd on Workers KV', async () => {
  const worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'main.js', contents: await bundleHost(hosts, 'workerd-kv-suite-host.mjs') },
    ],
    compatibilityDate: '2026-01-01',
    kvNamespaces: ['UNITS'],
  })
  onTestFinished(() => worker.dispose())
  const response = await worker.dispatchFetch('http://localhost/')
  const { count, failures } = (await response.json()) as {
    readonly count: number
    readonly failures: readonly string[]
  }
  expect(failures).toEqual([])
  expect(count).toBeGreaterThan(25)
})

/**
 * What the bundlers for the Edge runtime make of `./core.wasm?module`: a name, under which the host hangs up a module
 * that it has compiled outside.
 */
const wasmAsGlobal: Plugin = {
  name: 'wasm-as-global',
  setup(builder) {
    builder.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?module', '')),
      namespace: 'wasm-as-global',
    }))
    builder.onLoad({ filter: /./, namespace: 'wasm-as-global' }, async ({ path }) => {
      imported.set('wasm_core', new Uint8Array(await readFile(path)))
      return { contents: 'module.exports = globalThis.wasm_core', loader: 'js' }
    })
  },
}
const imported = new Map<string, Uint8Array<ArrayBuffer>>()

test('the VM of the Edge runtime, which compiles nothing and takes the core by ?module, gives the same bytes', async () => {
  const code = await bundleHost(hosts, 'edge-light-host.mjs', {
    conditions: ['edge-light'],
    format: 'iife',
    plugins: [wasmAsGlobal],
  })
  expect([...imported.keys()]).toEqual(['wasm_core'])
  const core = await WebAssembly.compile(imported.get('wasm_core')!)
  const vm = new EdgeVM({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, { wasm_core: core, specs: hosts.specs }),
  })
  expect(
    vm.evaluate<boolean>('wasm_core instanceof WebAssembly.Module'),
    'the module is of another realm',
  ).toBe(false)
  vm.evaluate(code)
  expect(await vm.evaluate<Promise<string>>('acceptance(specs)')).toBe(hosts.expected)
})
