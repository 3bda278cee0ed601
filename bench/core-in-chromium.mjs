// node bench/core-in-chromium.mjs: what `decompose` takes in a page of Chromium, beside JSON.parse and JSON.stringify of
// the same text, turn by turn. There the core hashes by itself. Needs `npm run build` and Chromium.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { launchChromium } from '../tests/runtimes/chromium.ts'
import { servePages } from '../tests/runtimes/page-server.ts'
import { generateWorkflow } from './workflows/generate-workflow.mjs'

const WORKFLOWS = [
  { name: '738 KB, 37 processes', processes: 37, shape: 'real', pretty: true },
  { name: '100 processes', processes: 100, shape: 'real', pretty: true },
  { name: '1,000 calls', processes: 1000, shape: 'calls', pretty: false },
]
/** In the page. Rounds enough for the engine to have compiled all of it; the clock ticks in 0.1 ms, so turns are many. */
const TIMED = `
  import { decompose } from '/unitflow.js'
  globalThis.timed = async (path) => {
    const text = await (await fetch(path)).text()
    const works = { json: () => JSON.stringify(JSON.parse(text)), decompose: () => decompose(text) }
    const times = { json: [], decompose: [] }
    const end = performance.now() + 6000
    while (performance.now() < end || times.json.length < 5) {
      for (const [name, work] of Object.entries(works)) {
        const start = performance.now()
        work()
        times[name].push(performance.now() - start)
      }
    }
    const middle = (all) => all.slice(all.length >> 2).sort((a, b) => a - b)[(all.length * 3) >> 3]
    const figures = (all) => ({ middle: middle(all), best: Math.min(...all) })
    return { json: figures(times.json), decompose: figures(times.decompose) }
  }`

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../dist/index.js', import.meta.url))],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  tsconfigRaw: {},
})
const files = { 'main.js': TIMED, 'unitflow.js': outputFiles[0].text }
for (const [at, workflow] of WORKFLOWS.entries()) files[`${at}.json`] = generateWorkflow(workflow)
const server = await servePages(files, "script-src 'self' 'wasm-unsafe-eval'")
const browser = await launchChromium()
try {
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction('globalThis.timed !== undefined')
  const table = new Table({
    head: [`Chromium ${browser.version()}, median (best) ms`, 'JSON', 'decompose', 'ratio'],
  })
  for (const [at, { name }] of WORKFLOWS.entries()) {
    const { json, decompose } = await page.evaluate(`timed('/${at}.json')`)
    const cell = (of) =>
      `${of(json, decompose, 'middle').toFixed(2)} (${of(json, decompose, 'best').toFixed(2)})`
    table.push([
      name,
      cell((a, _, which) => a[which]),
      cell((_, b, which) => b[which]),
      cell((a, b, which) => b[which] / a[which]),
    ])
  }
  console.log(table.toString())
} finally {
  await browser.close()
  server.close()
}
