// node bench/attacks.mjs: workflows made to be slow, each at n, 2n, 4n and 8n, and the exponent that fits the times: 1 is
// linear, 2 is quadratic. `-- --largest 100000`, `--only <words>`.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { ATTACKS } from './attacks/attack-inputs.mjs'

const { values } = parseArgs({
  options: {
    largest: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
  },
})
const largest = Number(values.largest)
const sizes = [8, 4, 2, 1].map((part) => Math.floor(largest / part))
/** A time below this says more of the machine than of the input. */
const LEAST_MS = 5

console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
console.log(`ms of the processor at n = ${sizes.join(', ')}, and the exponent over the bytes of the input`)
let steepest = { slope: 0 }
for (const attack of Object.keys(ATTACKS).filter((name) => name.includes(values.only)))
  print(attack, measure(attack))
if (steepest.attack !== undefined)
  console.log(`steepest: ${steepest.slope.toFixed(2)}, ${steepest.operation}, ${steepest.attack}`)

function measure(attack) {
  const script = fileURLToPath(new URL('attacks/measure-attack.mjs', import.meta.url))
  const child = spawnSync(process.execPath, [script, JSON.stringify({ attack, sizes })], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (child.status !== 0) throw new Error(`${attack}: ${child.stderr}`)
  return JSON.parse(child.stdout)
}

/** The slope of the line through the logarithms of sizes and times, by least squares. */
function exponent(bytes, times) {
  const points = bytes
    .map((x, at) => [Math.log(x), Math.log(times[at]), times[at]])
    .filter(([, , time]) => time >= LEAST_MS)
  if (points.length < 3) return undefined
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const slope = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
  return slope / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}

function print(attack, { bytes, times }) {
  const table = new Table({
    head: [attack, ...sizes.map((n, at) => `${n}, ${(bytes[at] / 1e6).toFixed(1)} MB`), 'exponent'],
    style: { head: [], border: [] },
  })
  for (const [operation, took] of Object.entries(times)) {
    const slope = exponent(bytes, took)
    if ((slope ?? 0) > steepest.slope) steepest = { slope, attack, operation }
    const cells = took.map((ms) => ms.toFixed(ms < 10 ? 1 : 0))
    table.push([operation, ...cells, slope === undefined ? '-' : slope.toFixed(2)])
  }
  console.log(table.toString())
}
