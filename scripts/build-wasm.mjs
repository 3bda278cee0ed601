// Builds wasm-pkg from rust/ with cargo's wasm-pack and wasm-bindgen.
// With --check it only says whether wasm-pkg is what the sources in rust/ give.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, copyFileSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stampCore } from './core-stamp.mjs'
import { digestOfRustSources } from './rust-sources.mjs'

/** The version of cargo's wasm-pack; that of wasm-bindgen stands in rust/Cargo.lock. */
const WASM_PACK = '0.15.1'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'wasm-pkg')
const core = join(out, 'unitflow_bg.wasm')
const digest = digestOfRustSources(root)

if (process.argv.includes('--check')) {
  const kept = readFileSync(join(out, 'sources.sha256'), 'utf8').trim()
  if (kept !== digest) fail('wasm-pkg is stale: run npm run build:wasm')
  console.log('wasm-pkg is what rust/ gives')
  process.exit(0)
}

const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
const env = { ...process.env, PATH: [join(cargoHome, 'bin'), process.env.PATH].join(delimiter) }

need('cargo', 'Rust is missing. Install it with rustup (https://rustup.rs), then run this again.')
need('rustup', 'rustup is missing; it installs the pinned toolchain. See https://rustup.rs.')

const lock = readFileSync(join(root, 'rust/Cargo.lock'), 'utf8')
const bindgen = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1]
if (bindgen === undefined) fail('rust/Cargo.lock names no wasm-bindgen')

run('rustup', ['target', 'add', 'wasm32-unknown-unknown'], join(root, 'rust'))
if (version('wasm-pack') !== WASM_PACK) run('cargo', ['install', 'wasm-pack', '--version', WASM_PACK], root)
// The version of the tool must be exactly that of the crate. Not --locked: a registry may lag behind the lock file.
if (version('wasm-bindgen') !== bindgen)
  run('cargo', ['install', 'wasm-bindgen-cli', '--version', bindgen], root)

const temporary = mkdtempSync(join(tmpdir(), 'unitflow-wasm-'))
try {
  env.RUSTFLAGS = [
    env.RUSTFLAGS ?? '',
    // Every runtime that this package supports has had it for years: Node 16.4, Chrome 91, Firefox 89, Safari 16.4.
    '-C target-feature=+simd128',
    // Nothing recurses. The default of 1 MiB would be most of what a small workflow takes.
    '-C link-arg=-zstack-size=131072',
    // No path of this machine may stand in the module.
    `--remap-path-prefix=${cargoHome}=/cargo`,
    `--remap-path-prefix=${join(root, 'rust')}=/rust`,
  ]
    .join(' ')
    .trim()
  run(
    'wasm-pack',
    [
      'build',
      join(root, 'rust/wasm'),
      '--mode',
      'no-install',
      '--target',
      'web',
      '--release',
      '--out-dir',
      temporary,
      '--out-name',
      'unitflow',
    ],
    root,
  )
  mkdirSync(out, { recursive: true })
  // No wasm-opt: on this code it makes the module 10 % smaller and 3 to 7 % slower (docs/performance.md).
  for (const file of ['unitflow.js', 'unitflow.d.ts', 'unitflow_bg.wasm', 'unitflow_bg.wasm.d.ts']) {
    copyFileSync(join(temporary, file), join(out, file))
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(core, stampCore(readFileSync(core), version))
  writeFileSync(join(out, 'sources.sha256'), digest + '\n')
  console.log(`wasm-pkg: ${readFileSync(core).length} bytes of Wasm`)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

function need(command, advice) {
  if (spawnSync(command, ['--version'], { env }).status !== 0) fail(advice)
}

function version(command) {
  const { stdout, status } = spawnSync(command, ['--version'], { env, encoding: 'utf8' })
  return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined
}

function run(command, args, cwd) {
  execFileSync(command, args, { cwd, env, stdio: 'inherit' })
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
