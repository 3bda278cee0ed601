// Fuzzes the Rust core, and the TypeScript that reads what it has written:
// node rust/fuzz/run.mjs [--seconds N] [--target T ...] [--sanitizer address|none]
// node rust/fuzz/run.mjs --target T --input FILE
//
// Every target runs N seconds of processor time (default 1,800), where the system tells it, else of time. What a run learns
// stays in rust/fuzz/corpus and tests/fuzz/corpus, which git ignores. With --input a target is given that file alone.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { clearInterval, setInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fuzzTypeScript, TYPE_SCRIPT_TARGETS } from '../../tests/fuzz/fuzz-type-script.mjs'

/** The targets of cargo-fuzz, and how long their inputs may be. */
const RUST_TARGETS = new Map([
  ['scan', 20_000],
  ['decompose', 100_000],
  ['decompose_differential', 20_000],
  ['layout', 20_000],
])
const TARGETS = [...RUST_TARGETS.keys(), ...TYPE_SCRIPT_TARGETS]
/** A run that gets so little of a processor ends after this many times its seconds. */
const PATIENCE = 6
/** What libFuzzer ends with when it is told to. */
const INTERRUPTED = 72
const here = fileURLToPath(new URL('.', import.meta.url))
const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')
const env = { ...process.env, PATH: [process.env.PATH, cargoBin].join(delimiter) }

const { seconds, targets, sanitizer, input } = readOptions()
/** The sanitizer that links here. */
let builtWith = sanitizer
const rustTargets = targets.filter((target) => RUST_TARGETS.has(target))
if (rustTargets.length > 0) {
  requireTools()
  build()
}
const results = []
for (const target of targets) results.push(await fuzz(target))
console.log('')
for (const { target, executions, perSecond, cpuSeconds, coverage, tally, crash } of results) {
  const outcome = crash === undefined ? 'no crash' : `CRASH ${crash}`
  const seen = Object.entries(tally ?? {}).map(([what, count]) => `${count} ${what}`)
  const counts = [
    `${executions} executions in ${Math.round(cpuSeconds)} s of processor time`,
    `${perSecond} exec/s`,
    `${coverage} ${RUST_TARGETS.has(target) ? 'edges' : 'blocks'} covered`,
    ...seen,
    outcome,
  ]
  console.log(`${target.padEnd(23)} ${counts.join(', ')}`)
}
const failed = results.filter(({ crash }) => crash !== undefined).length
const executions = results.reduce((sum, result) => sum + result.executions, 0)
console.log(`fuzz: ${executions} executions; ${results.length - failed} targets passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '1800' },
        target: { type: 'string', multiple: true, default: TARGETS },
        input: { type: 'string' },
        sanitizer: { type: 'string' },
      },
    })
    const number = Number(values.seconds)
    if (!Number.isInteger(number) || number < 1) throw new Error('--seconds: a whole number from 1 expected')
    if (!values.target.every((target) => TARGETS.includes(target)))
      throw new Error(`--target: one of ${TARGETS.join(', ')} expected`)
    if (values.input !== undefined && values.target.length > 1) throw new Error('--input: needs one --target')
    if (values.sanitizer !== undefined && !['address', 'none'].includes(values.sanitizer))
      throw new Error('--sanitizer: address or none expected')
    return {
      seconds: number,
      targets: values.target,
      input: values.input,
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
    if (built && cargoFuzz('run', [rustTargets[0]], 'pipe', ['-help=1']).status === 0) return
    if (way === 'address') console.log('AddressSanitizer does not link here: building without it')
  }
  stop('the fuzz targets do not build')
}

async function fuzz(target) {
  console.log(`\n== ${target}: ${input ?? `${seconds} s`}`)
  if (!RUST_TARGETS.has(target)) return fuzzTypeScript(target, seconds, input)
  const corpus = join(here, 'corpus', target)
  const regressions = join(here, 'regressions', target)
  mkdirSync(corpus, { recursive: true })
  mkdirSync(join(here, 'artifacts', target), { recursive: true })
  const before = new Set(artifacts(target))
  const inputs =
    input === undefined
      ? [corpus, join(here, 'seeds'), ...(existsSync(regressions) ? [regressions] : [])]
      : [input]
  const { status, output, cpuSeconds } = await watched(target, [
    `-max_total_time=${seconds * PATIENCE}`,
    `-dict=${join(here, 'spec.dict')}`,
    `-artifact_prefix=${join(here, 'artifacts', target)}/`,
    `-max_len=${RUST_TARGETS.get(target)}`,
    '-timeout=25',
    '-rss_limit_mb=2048',
    '-print_final_stats=1',
    ...inputs,
  ])
  const statistic = (name) => Number(new RegExp(`stat::${name}:\\s+(\\d+)`).exec(output)?.[1] ?? 0)
  const executions = input === undefined ? statistic('number_of_executed_units') : 1
  const coverage = Math.max(0, ...[...output.matchAll(/ cov: (\d+)/g)].map(([, edges]) => Number(edges)))
  const found = artifacts(target).find((path) => !before.has(path))
  const perSecond = statistic('average_exec_per_sec')
  const result = { target, executions, perSecond, coverage, cpuSeconds }
  // A run that executed nothing says nothing good.
  if ((status === 0 || status === INTERRUPTED) && executions > 0) return result
  return { ...result, crash: found === undefined ? `ended with ${status}` : minimised(target, found) }
}

/** Runs a target for its processor time, and shows what it says every ten seconds. */
function watched(target, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(programOf(target), args, {
      cwd: here,
      env: { ...env, ASAN_OPTIONS: 'detect_odr_violation=0' },
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    let output = ''
    let shown = 0
    let cpuSeconds = 0
    const began = performance.now()
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text) => {
      output += text
      const last = text.trimEnd().split('\n').at(-1) ?? ''
      if (!last.startsWith('#') || Date.now() - shown < 10_000) return
      shown = Date.now()
      console.log(last)
    })
    const watch = setInterval(() => {
      const wall = (performance.now() - began) / 1000
      cpuSeconds = existsSync('/proc/self/stat') ? (processorTime(child.pid) ?? cpuSeconds) : wall
      if (cpuSeconds >= seconds) child.kill('SIGTERM')
    }, 200)
    child.on('error', reject)
    child.on('close', (status) => {
      clearInterval(watch)
      if (status !== 0 && status !== INTERRUPTED) console.error(output.slice(-6000))
      resolve({ status, output, cpuSeconds })
    })
  })
}

/** Seconds that a process has had of a processor, while it is there. */
function processorTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return undefined
  }
}

/** The program that cargo-fuzz has built. */
function programOf(target) {
  const { stdout } = spawnSync('rustup', ['run', 'nightly', 'rustc', '-vV'], { env, encoding: 'utf8' })
  const host = /^host: (.+)$/m.exec(stdout)?.[1] ?? ''
  return join(env.CARGO_TARGET_DIR ?? join(here, 'target'), host, 'release', target)
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
