// All that can be said about the sources without running tests. Every check runs, whichever fails.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { buildAll } from '../esbuild.config.mjs'
import { isBuilt } from './built.mjs'
import { readmeTablesHold } from './readme-tables.mjs'
import { printSizes, sizesOfEntries } from './sizes.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const rust = join(root, 'rust')
const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')
const env = { ...process.env, PATH: [process.env.PATH, cargoBin].join(delimiter) }
const failed = []

await check('formatting', () => tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'))
await check('lint', () => tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'))
await check('types', () => tool('typescript/bin/tsc', '-p', 'tsconfig.json'))
await check('export map', () => run(process.execPath, ['esbuild.config.mjs', '--check']))
await check('wasm-pkg', () => run(process.execPath, ['scripts/build-wasm.mjs', '--check']))
if (spawnSync('cargo', ['--version'], { env }).status === 0) {
  await check('formatting of rust/', () => cargoFmt(rust) && cargoFmt(join(rust, 'fuzz')))
  await check('clippy', () =>
    run('cargo', ['clippy', '--workspace', '--all-targets', '--quiet', '--', '-D', 'warnings'], rust),
  )
} else {
  console.log(
    '\n== Rust is not installed: formatting and clippy of rust/ are NOT checked here; CI checks them',
  )
}
await check('build', async () => isBuilt(root) || (await buildAll(), true))
await check('sizes', () => printSizes(root))
await check('tables in README', async () => {
  if (readmeTablesHold(root, await sizesOfEntries(root))) return true
  console.error('README.md: npm run build writes the tables anew')
  return false
})
await check('package', lintPackage)

console.log(failed.length === 0 ? '\nall checks passed' : `\nfailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function check(name, passes) {
  console.log(`\n== ${name}`)
  try {
    if (await passes()) return
  } catch (error) {
    console.error(error)
  }
  failed.push(name)
}

function tool(script, ...args) {
  return run(process.execPath, [join(root, 'node_modules', script), ...args])
}

function cargoFmt(workspace) {
  return run('cargo', ['fmt', '--all', '--check'], workspace)
}

function run(command, args, cwd = root) {
  return spawnSync(command, args, { cwd, env, stdio: 'inherit' }).status === 0
}

/** What users install is the tarball, so that is what is looked at. */
async function lintPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-pack-'))
  try {
    const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
    const packed = spawnSync('npm', args, { cwd: root, env, encoding: 'utf8' })
    if (packed.status !== 0) throw new Error(packed.stderr)
    const bytes = readFileSync(join(folder, `unitflow-${versionOf(root)}.tgz`))
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
    for (const message of messages)
      console.error(`${message.type}: ${formatMessage(message, pkg) ?? message.code}`)
    if (messages.length === 0) console.log('publint finds nothing in the tarball')
    return messages.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function versionOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
