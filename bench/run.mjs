// npm run bench: one table a question, everything measured in this run, beside what a user would pick instead.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'

const root = new URL('..', import.meta.url)
const python = findPython()
const quick = process.argv.includes('--quick')

console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
console.log(
  python === undefined
    ? 'Without the Python package: set UNITFLOW_PYTHON to a Python that has spiff-element-units 0.3.1.'
    : 'Beside spiff-element-units 0.3.1.',
)

const workflows = [
  { name: '735 KB, 37 processes', processes: 37, shape: 'real', pretty: true, python },
  { name: '10 processes', processes: 10, shape: 'real', pretty: true },
  { name: '100 processes', processes: 100, shape: 'real', pretty: true },
  { name: '1,000 processes', processes: 1000, shape: 'real', pretty: true },
  { name: '10,000 processes', processes: 10_000, shape: 'real', pretty: true },
  { name: '1,000 calls, 2.8 MB', processes: 1000, shape: 'calls', pretty: false, python },
].filter(({ processes }) => !quick || processes <= 100)

const results = workflows.map((workflow) => ({ ...workflow, ...measure(workflow) }))
printTimes(results)
printLimits(results)
printSizes(results)
if (python !== undefined) printPython(results.filter((result) => result.python !== undefined))
printTargets(results)

function measure({ name, ...workload }) {
  process.stderr.write(`${name} ...\n`)
  const child = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('bench/measure.mjs', root)), JSON.stringify(workload)],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      cwd: fileURLToPath(root),
    },
  )
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr}`)
  return JSON.parse(child.stdout)
}

function findPython() {
  const candidates = [process.env.UNITFLOW_PYTHON, fileURLToPath(new URL('.venv/bin/python', root))]
  return candidates.find(
    (path) =>
      path !== undefined &&
      existsSync(path) &&
      spawnSync(path, ['-c', 'import spiff_element_units']).status === 0,
  )
}

function printTimes(results) {
  const names = Object.keys(results[0].times)
  const table = new Table({
    head: ['median, ms (x JSON.parse + stringify)', ...results.map(({ name }) => name)],
  })
  for (const name of names) {
    table.push([
      name,
      ...results.map(
        ({ times }) => `${ms(times[name])} (${ratio(times[name] / times['JSON.parse + JSON.stringify'])})`,
      ),
    ])
  }
  print('Times', table)
}

/** The time that scanning and hashing take at the least, one after the other. */
function leastOf({ limits }) {
  const hash = Math.min(limits['SHA-256 by the host'], limits['SHA-256 in Wasm'])
  return limits['scanning alone: checked and minified in Wasm'] + hash
}

function printLimits(results) {
  const table = new Table({ head: ['limits of decompose, median ms', ...results.map(({ name }) => name)] })
  for (const name of Object.keys(results[0].limits)) {
    table.push([
      name,
      ...results.map((r) => {
        const bytes = name.startsWith('SHA-256') ? r.hashed : r.input
        return `${ms(r.limits[name])} (${Math.round(bytes / r.limits[name] / 1000)} MB/s)`
      }),
    ])
  }
  table.push(
    ['scanning and the faster hash', ...results.map((r) => ms(leastOf(r)))],
    ['decompose', ...results.map((r) => ms(r.times.decompose))],
    ['decompose / these two', ...results.map((r) => ratio(r.times.decompose / leastOf(r)))],
    [
      'decompose / (JSON.parse + JSON.stringify)',
      ...results.map((r) => ratio(r.times.decompose / r.times['JSON.parse + JSON.stringify'])),
    ],
    ['bytes hashed', ...results.map((r) => bytes(r.hashed))],
  )
  print('Limits, in turn with decompose', table)
}

function printSizes(results) {
  const table = new Table({ head: ['', ...results.map(({ name }) => name)] })
  const rows = {
    'input, bytes': (r) => bytes(r.input),
    'input minified, bytes': (r) => bytes(r.minified),
    units: (r) => String(r.objects),
    'objects stored / minified': (r) => ratio(r.objectBytes / r.minified),
    'manifest and root, bytes a process': (r) => String(Math.round(r.manifestBytes / r.processCount)),
    'of these ids': (r) => String(Math.round(r.idBytes / r.processCount)),
    'peak Wasm memory / input': (r) => ratio(r.wasmPeak / r.input),
    'decompose, peak memory of the process': (r) => bytes(r.decomposeRss),
    'decompose, call after call, us a process': (r) =>
      ((r.times['decompose, call after call'] * 1000) / r.processCount).toFixed(1),
  }
  for (const [name, cell] of Object.entries(rows)) table.push([name, ...results.map(cell)])
  print('Sizes', table)
}

function printPython(results) {
  const table = new Table({ head: ['beside spiff-element-units', ...results.map(({ name }) => name)] })
  const row = (name, cell) => table.push([name, ...results.map(cell)])
  row('it: cache to disk (no fsync), ms', (r) => ms(r.python.cache))
  row(
    'ours: cache to files (fsync), ms',
    (r) => `${ms(r.times['cache to files'])} (${times(r.python.cache / r.times['cache to files'])})`,
  )
  row(
    'ours: cache to memory, ms',
    (r) => `${ms(r.times['cache to memory'])} (${times(r.python.cache / r.times['cache to memory'])})`,
  )
  row('it: fetch the top process, ms', (r) => ms(r.python.read))
  for (const name of ['read and write out the largest unit', 'read and write out the median unit']) {
    for (const where of ['memory', 'files']) {
      const key = `${name}, ${where}`
      row(`ours: ${key}, ms`, (r) => `${ms(r.times[key])} (${times(r.python.read / r.times[key])})`)
    }
  }
  row('it: stored, bytes', (r) => bytes(r.python.stored))
  row(
    'ours: stored, bytes',
    (r) =>
      `${bytes(r.objectBytes + r.manifestBytes)} (${times(r.python.stored / (r.objectBytes + r.manifestBytes))} smaller)`,
  )
  row('it: peak memory of the process, bytes', (r) => bytes(r.python.peak))
  print('Beside the Python package', table)
}

/** What the project has set itself, and what this run gave. */
function printTargets(results) {
  const table = new Table({ head: ['target', 'wanted', 'measured', ''] })
  const check = (name, wanted, measured, holds) => table.push([name, wanted, measured, holds ? 'yes' : 'NO'])
  const [real] = results
  for (const r of results) {
    const share = r.times.decompose / r.times['JSON.parse + JSON.stringify']
    check(`decompose / (JSON.parse + stringify), ${r.name}`, '<= 0.67', ratio(share), share <= 2 / 3)
    const over = r.times.decompose / leastOf(r)
    check(`decompose / (scanning + hash alone), ${r.name}`, '<= 1.3', ratio(over), over <= 1.3)
  }
  check('start units of the 735 KB workflow', '24', String(real.objects), real.objects === 24)
  const hundred = results.find(({ name }) => name === '100 processes')
  const most = results.find(({ name }) => name === '10,000 processes')
  if (most !== undefined) {
    for (const what of ['decompose, call after call', 'cache to memory']) {
      const a = most.times[what] / most.processCount / (hundred.times[what] / hundred.processCount)
      check(`time a process, 10,000 against 100, ${what}`, '<= 1.3', ratio(a), a <= 1.3)
    }
    const b =
      (most.objectBytes + most.manifestBytes) /
      most.processCount /
      ((hundred.objectBytes + hundred.manifestBytes) / hundred.processCount)
    check('bytes a process, 10,000 against 100', '<= 1.3', ratio(b), b <= 1.3)
  }
  for (const r of results) {
    check(
      `objects / minified, ${r.name}`,
      '<= 1.1',
      ratio(r.objectBytes / r.minified),
      r.objectBytes <= 1.1 * r.minified,
    )
    const each = (r.manifestBytes - r.idBytes) / r.processCount
    check(`manifest bytes a process without ids, ${r.name}`, '<= 300', each.toFixed(0), each <= 300)
    check(
      `peak Wasm memory / input, ${r.name}`,
      '<= 4',
      ratio(r.wasmPeak / r.input),
      r.wasmPeak <= 4 * r.input,
    )
  }
  if (real.python !== undefined) {
    const largest = real.python.read / real.times['read and write out the largest unit, memory']
    const median = real.python.read / real.times['read and write out the median unit, memory']
    check('largest unit, times faster than its fetch', '>= 10', times(largest), largest >= 10)
    check('median unit, times faster than its fetch', '>= 100', times(median), median >= 100)
  }
  const calls = results.find(({ shape, python }) => shape === 'calls' && python !== undefined)
  if (calls !== undefined) {
    const faster = calls.python.cache / calls.times['cache to files']
    const inMemory = calls.python.cache / calls.times['cache to memory']
    check('1,000 calls, times faster (to memory)', '>= 100', times(inMemory), inMemory >= 100)
    const smaller = calls.python.stored / (calls.objectBytes + calls.manifestBytes)
    check('1,000 calls, times faster (to files, flushed)', '>= 100', times(faster), faster >= 100)
    check('1,000 calls, times smaller', '>= 100', times(smaller), smaller >= 100)
  }
  print('Targets', table)
}

function print(title, table) {
  console.log(`\n${title}\n${table.toString()}`)
}

function ms(value) {
  return value < 1 ? value.toFixed(3) : value < 100 ? value.toFixed(2) : value.toFixed(0)
}

function ratio(value) {
  return value < 0.1 ? value.toFixed(4) : value.toFixed(2)
}

function times(value) {
  return value < 10 ? `${value.toFixed(1)}x` : `${value.toFixed(0)}x`
}

function bytes(value) {
  return value.toLocaleString('en')
}
