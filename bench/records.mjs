// What records cost on each medium, beside the bare medium: node bench/records.mjs, one table from one run. The scripts in
// bench/records/ show each medium in full. `--quick` measures a tenth as long.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'

const quick = process.argv.includes('--quick')

const memory = figures('memory', quick ? ['--seconds', '0.2'] : [])
const sqlite = figures('sqlite', quick ? ['--seconds', '0.5'] : [])
const indexedDb = figures('indexeddb', quick ? ['--quick'] : [])

const table = new Table({
  head: ['transactions a second', 'unitflow', 'beside', '', 'ratio', 'wanted'],
  colAligns: ['left', 'right', 'left', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
})

for (const name of ['get, then set', 'set', 'get (read-only)']) {
  const [ours, bare] = [memory[`${name} 1000`], memory['bare Map: get, then set 1000']]
  row(`memory: ${name}`, ours, 'a Map, get and set', bare, ours / bare, '>= 500,000')
}
for (const name of [
  'get, then set',
  'get (read-only)',
  'get (read-only), anywhere',
  'first due (read-only)',
]) {
  large(`memory: ${name}`, memory[`${name} 1000`], memory[`${name} 1000000`])
}
large(
  'a Map: get, anywhere',
  memory['bare Map: get, anywhere 1000'],
  memory['bare Map: get, anywhere 1000000'],
)

const { rates, sizes } = sqlite
row(
  'SQLite: one writer',
  rates.one,
  'node:sqlite, same pragmas',
  rates.bare,
  rates.one / rates.bare,
  '>= 0.80',
)
row('SQLite: 64 writers', rates.many, 'one writer', rates.one, rates.many / rates.one, '>= 10')
row(
  'SQLite: two processes',
  rates.processes,
  'one process',
  rates.process,
  rates.processes / rates.process,
  '>= 0.70',
)
for (const { name, few, many } of sizes) large(`SQLite: ${name}`, 1e6 / few, 1e6 / many)

for (const [name, [raw, ours, share]] of Object.entries(indexedDb)) {
  const [, workload, size] = /^(.*) (\d+)$/.exec(name)
  row(`IndexedDB: ${workload}, ${shown(Number(size))} records`, ours, 'raw, same keys', raw, share, '>= 0.80')
}

console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`)
console.log(table.toString())

function figures(medium, options) {
  process.stderr.write(`${medium} ...\n`)
  const script = fileURLToPath(new URL(`records/${medium}.mjs`, import.meta.url))
  const child = spawnSync(process.execPath, [script, '--json', ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (child.status !== 0) throw new Error(`${medium}: ${child.stderr}`)
  return JSON.parse(child.stdout)
}

function row(name, ours, besideName, beside, ratio, wanted) {
  table.push([name, shown(ours), besideName, shown(beside), ratio.toFixed(2), wanted])
}

/** The same with 1,000,000 records as with 1,000: how many times as long one takes. */
function large(name, few, many) {
  row(
    `${name}, 1,000,000 records`,
    many,
    'with 1,000 records',
    few,
    few / many,
    name.includes('anywhere') ? '' : '<= 2',
  )
}

function shown(number) {
  return Math.round(number).toLocaleString('en')
}
