import { build } from 'esbuild'

/** What workerd runs: one file. `wrangler deploy` makes the same. */
export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd'],
  })
  return [{ type: 'ESModule', path: 'worker.js', contents: outputFiles[0].text }]
}
