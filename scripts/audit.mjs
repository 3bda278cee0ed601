// What is known against the packages that this one uses: licences, sources and known faults. What cannot be reached from here
// is said, and is no fault; `--strict` makes it one.
import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of cargo-deny that is installed where none is there. */
const CARGO_DENY = '0.20.2'
/** A package that users get may have no known fault; one that only builds or tests, none of these. */
const REFUSED = { users: ['low', 'moderate', 'high', 'critical'], development: ['high', 'critical'] }

const root = fileURLToPath(new URL('..', import.meta.url))
const strict = process.argv.includes('--strict')
const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')
const env = { ...process.env, PATH: [cargoBin, process.env.PATH].join(delimiter) }
const failed = []
const unreachable = []

npmAudit('npm audit, packages that users get', ['--omit=dev'], REFUSED.users)
npmAudit('npm audit, all packages', [], REFUSED.development)
cargoDeny()

if (unreachable.length > 0)
  console.log(`\nNOT CHECKED, because it cannot be reached: ${unreachable.join(', ')}`)
if (strict) failed.push(...unreachable)
console.log(failed.length === 0 ? '\nnothing found' : `\nfailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function npmAudit(name, args, refused) {
  console.log(`\n== ${name}`)
  const { stdout } = spawnSync('npm', ['audit', '--json', ...args], { cwd: root, env, encoding: 'utf8' })
  const found = parsed(stdout)
  const counts = found?.metadata?.vulnerabilities
  if (counts === undefined) {
    console.log(`no answer: ${found?.error?.summary || found?.message || 'nothing that npm could read'}`)
    unreachable.push(name)
    return
  }
  console.log(
    Object.entries(counts)
      .map(([severity, count]) => `${count} ${severity}`)
      .join(', '),
  )
  for (const { name: of, severity, range } of Object.values(found.vulnerabilities ?? {}))
    console.log(`${severity}: ${of} ${range}`)
  if (refused.some((severity) => (counts[severity] ?? 0) > 0)) failed.push(name)
}

function cargoDeny() {
  if (spawnSync('cargo', ['--version'], { env }).status !== 0) {
    console.log('\n== Rust is not installed: its crates are NOT checked here; CI checks them')
    unreachable.push('cargo deny')
    return
  }
  const isThere = () => spawnSync('cargo', ['deny', '--version'], { env }).status === 0
  if (!isThere()) run('cargo', ['install', 'cargo-deny', '--locked', '--version', CARGO_DENY])
  if (!isThere()) {
    unreachable.push('cargo deny, which could not be installed')
    return
  }
  for (const workspace of ['rust', 'rust/fuzz']) {
    const name = `cargo deny, licences, bans and sources of ${workspace}`
    console.log(`\n== ${name}`)
    const config = join(root, 'rust/deny.toml')
    const checks = ['licenses', ...(workspace === 'rust' ? ['bans'] : []), 'sources']
    const deny = ['deny', '--manifest-path', join(root, workspace, 'Cargo.toml'), '--config', config, 'check']
    if (!run('cargo', [...deny, ...checks])) failed.push(name)
    advisories(workspace, [...deny, 'advisories'])
  }
}

function advisories(workspace, args) {
  const name = `cargo deny, advisories of ${workspace}`
  console.log(`\n== ${name}`)
  const { status, stderr } = spawnSync('cargo', args, { cwd: root, env, encoding: 'utf8' })
  if (/failed to fetch advisory database/.test(stderr)) {
    console.log('no answer: the advisory database cannot be fetched')
    unreachable.push(name)
    return
  }
  console.log(stderr.trim())
  if (status !== 0) failed.push(name)
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status === 0
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
