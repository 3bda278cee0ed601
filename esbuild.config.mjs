// Builds dist/ from the table in scripts/entries.mjs.
//
//   node esbuild.config.mjs           builds everything and prints what each entry costs
//   node esbuild.config.mjs --check   only says whether the export map of package.json agrees with the table
//   node esbuild.config.mjs --write   writes the table's export map into package.json
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rememberSources } from './scripts/built.mjs'
import { COMMAND, CORE, ENTRIES, exportMap, HISTORY_SCHEMA, outputOf, VARIANTS } from './scripts/entries.mjs'
import { runtimeVariant } from './scripts/runtime-variant.mjs'
import { writeReadmeTables } from './scripts/readme-tables.mjs'
import { printSizes, sizesOfEntries } from './scripts/sizes.mjs'

export * from './scripts/entries.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Dependencies stay imports, so that an application has one copy of each. */
async function buildEntries() {
  const entryPoints = [COMMAND, ...ENTRIES.filter(({ always }) => always === undefined)].map((entry) =>
    entryPoint(entry.source, entry.output ?? outputOf(entry)),
  )
  const plugins = []
  for (const [variant, replaced] of Object.entries(VARIANTS)) {
    const entries = ENTRIES.filter(({ variants, always }) => always === variant || variants.includes(variant))
    const sources = entries.map(({ source }) => source)
    plugins.push(await runtimeVariant(root, variant, replaced, sources))
    for (const entry of entries) {
      const output = entry.always === undefined ? outputOf(entry, variant) : outputOf(entry)
      entryPoints.push(entryPoint(`${variant}:${entry.source}`, output))
    }
  }
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    // Chunks stand beside the entries: './core.wasm' is then the same file from each of them.
    chunkNames: 'chunk-[hash]',
    bundle: true,
    // One core, one error class in whatever an application imports.
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    packages: 'external',
    loader: { '.wasm': 'base64' },
    plugins,
    logLevel: 'warning',
  })
}

function entryPoint(source, output) {
  return { in: source, out: output.slice('dist/'.length, -'.js'.length) }
}

/**
 * esbuild keeps the order in which chunks run by imports of nothing. No module of ours does anything when it is run, and
 * package.json says so, wherefore bundlers warn of such imports.
 */
function dropBareImports() {
  for (const file of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue
    const path = join(root, 'dist', file)
    const text = readFileSync(path, 'utf8')
    const without = text.replace(/^import "\.\.?\/chunk-[A-Z0-9]+\.js";\n/gm, '')
    // What only imported others is nothing then, and nobody imports it.
    if (without.trim() === '') rmSync(path)
    else if (without !== text) writeFileSync(path, without)
  }
}

function finishCommand() {
  const path = join(root, COMMAND.output)
  const text = readFileSync(path, 'utf8')
  if (!text.startsWith('#!')) writeFileSync(path, `#!/usr/bin/env node\n${text}`)
  chmodSync(path, 0o755)
}

function buildTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  copyFileSync(join(root, CORE.typesSource), join(root, CORE.types))
}

export async function buildAll() {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  await buildEntries()
  dropBareImports()
  for (const { source, output } of [CORE, HISTORY_SCHEMA])
    copyFileSync(join(root, source), join(root, output))
  finishCommand()
  buildTypes()
  rememberSources(root)
}

function checkExportMap({ write }) {
  const path = join(root, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const expected = { exports: exportMap(), bin: { [COMMAND.name]: `./${COMMAND.output}` } }
  if (write) {
    writeFileSync(path, `${JSON.stringify({ ...manifest, ...expected }, null, 2)}\n`)
    return
  }
  for (const [field, value] of Object.entries(expected)) {
    if (JSON.stringify(manifest[field]) === JSON.stringify(value)) continue
    console.error(
      `package.json: "${field}" is not that of esbuild.config.mjs; run node esbuild.config.mjs --write`,
    )
    process.exitCode = 1
    return
  }
  console.log('the export map is that of the build')
}

if (process.argv[1] !== undefined && relative(fileURLToPath(import.meta.url), process.argv[1]) === '') {
  if (process.argv.includes('--check')) checkExportMap({ write: false })
  else if (process.argv.includes('--write')) checkExportMap({ write: true })
  else {
    await buildAll()
    await printSizes(root)
    writeReadmeTables(root, await sizesOfEntries(root))
  }
}
