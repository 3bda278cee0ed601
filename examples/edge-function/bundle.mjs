import { build } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

/** What workerd runs: the code in one file, and the core as a compiled module beside it. `wrangler deploy` makes the same. */
export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd'],
    external: ['*.wasm'],
  })
  const require = createRequire(resolve(dirname(entry), 'package.json'))
  return [
    { type: 'ESModule', path: 'worker.js', contents: outputFiles[0].text },
    {
      type: 'CompiledWasm',
      path: 'core.wasm',
      contents: await readFile(require.resolve('unitflow/core.wasm')),
    },
  ]
}
