import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * An esbuild plugin that offers entries a second time as `<variant>:<source>`, with some modules replaced. Only what
 * leads to a replaced module is there twice; all the rest, the error class first of all, is shared with the default.
 *
 * @param {string} root folder that the paths are relative to
 * @param {string} variant its name, see VARIANTS in entries.mjs
 * @param {Readonly<Record<string, string>>} replaced module -> module that stands in for it
 * @param {readonly string[]} sources the entries
 * @returns {Promise<import('esbuild').Plugin>}
 */
export async function runtimeVariant(root, variant, replaced, sources) {
  const doubled = await leadingTo(root, Object.keys(replaced), sources)
  return {
    name: `variant-${variant}`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${variant}:`) }, ({ path }) => ({
        path: path.slice(variant.length + 1),
        namespace: variant,
      }))
      onResolve({ filter: /^\./, namespace: variant }, ({ path, importer }) => {
        // Left as it is: the file lies beside the built entry.
        if (/\.wasm(\?module)?$/.test(path)) return { path, external: true }
        const target = join(dirname(importer), path.replace(/\.js$/, '.ts')).replaceAll('\\', '/')
        if (replaced[target] !== undefined) return { path: replaced[target], namespace: variant }
        return doubled.has(target) ? { path: target, namespace: variant } : { path: join(root, target) }
      })
      onLoad({ filter: /./, namespace: variant }, ({ path }) => ({
        contents: readFileSync(join(root, path), 'utf8'),
        loader: 'ts',
        resolveDir: join(root, dirname(path)),
      }))
    },
  }
}

/** The modules of these entries from which one of the targets is reached. */
async function leadingTo(root, targets, sources) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...sources],
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    loader: { '.wasm': 'empty' },
    logLevel: 'warning',
    treeShaking: false,
  })
  const found = new Set(targets)
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const [module, { imports }] of Object.entries(metafile.inputs)) {
      if (imports.some(({ path }) => found.has(path))) found.add(module)
    }
  }
  return found
}
