// Fuzzes the Rust core: node rust/fuzz/run.mjs [--seconds N] [--target T] [--sanitizer address|none]
//
// Every target runs N seconds (default 1,800). What a run learns stays in rust/fuzz/corpus, which git ignores.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const TARGETS = ['scan_and_decompose', 'decompose_differential', 'layout']
const here = fileURLToPath(new URL('.', import.meta.url))
const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')
const env = { ...process.env, PATH: [process.env.PATH, cargoBin].join(delimiter) }

const { seconds, targets, sanitizer } = readOptions()
/** The sanitizer that links here. */
let builtWith = sanitizer
requireTools()
build()
const results = []
for (const target of targets) results.push(await fuzz(target))
console.log('')
for (const { target, executions, perSecond, coverage, crash } of results) {
  const outcome = crash === undefined ? 'no crash' : `CRASH ${crash}`
  console.log(
    `${target.padEnd(23)} ${executions} executions, ${perSecond} exec/s, ${coverage} edges covered, ${outcome}`,
  )
}
const failed = results.filter(({ crash }) => crash !== undefined).length
console.log(`fuzz: ${results.length - failed} targets passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '1800' },
        target: { type: 'string' },
        sanitizer: { type: 'string' },
      },
    })
    const number = Number(values.seconds)
    if (!Number.isInteger(number) || number < 1) throw new Error('--seconds: a whole number from 1 expected')
    if (values.target !== undefined && !TARGETS.includes(values.target))
      throw new Error(`--target: one of ${TARGETS.join(', ')} expected`)
    if (values.sanitizer !== undefined && !['address', 'none'].includes(values.sanitizer))
      throw new Error('--sanitizer: address or none expected')
    return {
      seconds: number,
      targets: values.target === undefined ? TARGETS : [values.target],
      sanitizer: values.sanitizer ?? 'address',
    }
  } catch (error) {
    return stop(error.message)
  }
}

/** Says what is missing and ends the run: nothing was fuzzed, so nothing passed. */
function stop(message) {
  console.error(message)
  console.log('fuzz: 0 targets passed, 0 failed: not run')
  process.exit(2)
}

function requireTools() {
  if (spawnSync('rustup', ['--version'], { env }).status !== 0)
    stop('Rust is missing: fuzzing needs rustup (https://rustup.rs) and a nightly toolchain')
  if (spawnSync('rustup', ['run', 'nightly', 'rustc', '--version'], { env }).status !== 0)
    stop('a nightly toolchain is missing: rustup toolchain install nightly --profile minimal')
  if (nightly('fuzz', '--version').status === 0) return
  console.log('installing cargo-fuzz ...')
  const install = spawnSync('cargo', ['install', 'cargo-fuzz', '--locked'], {
    cwd: homedir(),
    env,
    stdio: 'inherit',
  })
  if (install.status !== 0 || nightly('fuzz', '--version').status !== 0)
    stop('cargo-fuzz could not be installed: cargo install cargo-fuzz --locked')
}

/** Builds with AddressSanitizer where it links and runs; without it Rust's own checks remain. */
function build() {
  console.log('building ...')
  for (const way of sanitizer === 'address' ? ['address', 'none'] : ['none']) {
    builtWith = way
    const built = cargoFuzz('build', [], 'inherit').status === 0
    if (built && cargoFuzz('run', [targets[0]], 'pipe', ['-help=1']).status === 0) return
    if (way === 'address') console.log('AddressSanitizer does not link here: building without it')
  }
  stop('the fuzz targets do not build')
}

async function fuzz(target) {
  const corpus = join(here, 'corpus', target)
  const regressions = join(here, 'regressions', target)
  mkdirSync(corpus, { recursive: true })
  const folders = [corpus, join(here, 'seeds'), ...(existsSync(regressions) ? [regressions] : [])]
  console.log(`\n== ${target}: ${seconds} s`)
  const before = new Set(artifacts(target))
  const { status, output } = await watched(target, folders, [
    `-max_total_time=${seconds}`,
    `-dict=${join(here, 'spec.dict')}`,
    '-max_len=20000',
    '-timeout=25',
    '-rss_limit_mb=2048',
    '-print_final_stats=1',
  ])
  const statistic = (name) => Number(new RegExp(`stat::${name}:\\s+(\\d+)`).exec(output)?.[1] ?? 0)
  const executions = statistic('number_of_executed_units')
  const coverage = Math.max(0, ...[...output.matchAll(/ cov: (\d+)/g)].map(([, edges]) => Number(edges)))
  const found = artifacts(target).find((path) => !before.has(path))
  const result = { target, executions, perSecond: statistic('average_exec_per_sec'), coverage }
  // A run that executed nothing says nothing good.
  if (status === 0 && executions > 0) return result
  return { ...result, crash: found === undefined ? `ended with ${status}` : minimised(target, found) }
}

/** Runs a target and shows what it says every ten seconds. */
function watched(target, folders, options) {
  return new Promise((resolve, reject) => {
    const child = spawn('rustup', commandOf('run', [target, ...folders], options), {
      cwd: here,
      env,
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    let output = ''
    let shown = 0
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text) => {
      output += text
      const last = text.trimEnd().split('\n').at(-1) ?? ''
      if (!last.startsWith('#') || Date.now() - shown < 10_000) return
      shown = Date.now()
      console.log(last)
    })
    child.on('error', reject)
    child.on('close', (status) => {
      if (status !== 0) console.error(output.slice(-6000))
      resolve({ status, output })
    })
  })
}

function artifacts(target) {
  const folder = join(here, 'artifacts', target)
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}

/** The smallest input of the same crash that a minute finds. */
function minimised(target, path) {
  const before = new Set(artifacts(target))
  cargoFuzz('tmin', [target, path], 'pipe', ['-max_total_time=60'])
  const made = artifacts(target).filter((name) => !before.has(name))
  const [smallest = path, ...others] = made.sort((a, b) => statSync(a).size - statSync(b).size)
  for (const other of others) rmSync(other)
  return `${relative(process.cwd(), smallest)} (keep it in rust/fuzz/regressions/${target}/)`
}

function nightly(...args) {
  return spawnSync('rustup', ['run', 'nightly', 'cargo', ...args], { cwd: here, env, encoding: 'utf8' })
}

function commandOf(command, args, options = []) {
  const more = options.length > 0 ? ['--', ...options] : []
  return ['run', 'nightly', 'cargo', 'fuzz', command, '--sanitizer', builtWith, ...args, ...more]
}

function cargoFuzz(command, args, stdio, options = []) {
  return spawnSync('rustup', commandOf(command, args, options), { cwd: here, env, stdio, encoding: 'utf8' })
}
