// node bench/cold-start.mjs: what the first use of the package costs in Node, a worker of Chromium, and workerd.
//
// Every figure is the median of fresh starts: a new process, a new browser context, a new workerd. Needs `npm run build`
// and Chromium; loads nothing from outside this machine.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { Miniflare } from 'miniflare'
import { launchChromium } from '../tests/runtimes/chromium.ts'
import { servePages } from '../tests/runtimes/page-server.ts'
import { generateWorkflow } from './workflows/generate-workflow.mjs'

const STARTS = 11
const specs = generateWorkflow({ processes: 37, shape: 'real', pretty: true })
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))

const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`
console.log(`Node ${process.version}, ${machine}, load ${loadavg()[0].toFixed(1)}`)
const node = await repeat(inNode)
const chromium = await inChromium()
const workerd = await inWorkerd()

const table = new Table({ head: ['cold start, median ms', 'Node', 'Chromium, worker', 'workerd'] })
table.push(
  [
    'importing the code (workerd compiles the core there)',
    ms(node.imported),
    ms(chromium.imported),
    ms(workerd.imported),
  ],
  ['initialising the core', ms(node.core), ms(chromium.core), ms(workerd.core)],
  ['from import to the first unit of 735 KB', ms(node.unit), ms(chromium.unit), ms(workerd.unit)],
)
console.log(table.toString())
console.log(
  `initialising the core: <= 5 ms in Node: ${node.core <= 5}; <= 15 ms in Chromium: ${chromium.core <= 15}`,
)

/** A process for each start. */
async function inNode() {
  const program = pathOf('cold-start/in-node.mjs')
  return JSON.parse(execFileSync(process.execPath, [program], { input: specs, encoding: 'utf8' }))
}

/** A browser context for each start: workers of one context share what is compiled. */
async function inChromium() {
  const files = {
    'main.js': '',
    'worker.js': await bundle('cold-start/in-worker.mjs'),
    'unitflow.js': await bundle('../dist/index.js'),
    'specs.json': specs,
  }
  const server = await servePages(files, "script-src 'self' 'wasm-unsafe-eval'")
  const browser = await launchChromium()
  try {
    return await repeat(async () => {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(server.url)
      const times = await page.evaluate(`new Promise((resolve, reject) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        worker.onmessage = ({ data }) => resolve(data)
        worker.onerror = ({ message }) => reject(new Error(message))
      })`)
      await context.close()
      return times
    })
  } finally {
    await browser.close()
    server.close()
  }
}

/**
 * Two workerds for each start, timed from outside, since the clock in there stands still while code runs: a request,
 * less one with the same body that is only read.
 */
async function inWorkerd() {
  const options = { conditions: ['workerd'], external: ['*.wasm'] }
  const modules = [
    ['ESModule', 'main.js', await bundle('cold-start/in-workerd.mjs', { external: ['./unitflow.js'] })],
    ['ESModule', 'unitflow.js', await bundle('../dist/index.workerd.js', options)],
    ['CompiledWasm', 'core.wasm', await readFile(pathOf('../dist/core.wasm'))],
  ].map(([type, path, contents]) => ({ type, path, contents }))
  const start = async (...paths) => {
    const worker = new Miniflare({ modules, compatibilityDate: '2026-01-01' })
    const request = async (path) => {
      const sent = performance.now()
      const response = await worker.dispatchFetch(`http://localhost/${path}`, { method: 'POST', body: specs })
      const text = await response.text()
      if (!response.ok) throw new Error(text)
      return performance.now() - sent
    }
    try {
      const read = []
      for (let i = 0; i < 15; i++) read.push(await request('nothing'))
      const times = []
      for (const path of paths) times.push((await request(path)) - median(read))
      return times
    } finally {
      await worker.dispose()
    }
  }
  return repeat(async () => {
    const [imported, core] = await start('import', 'core')
    const [unit] = await start('unit')
    return { imported, core, unit }
  })
}

async function bundle(path, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [pathOf(path)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // That of the project names the sources as the package.
    tsconfigRaw: {},
    logLevel: 'error',
    ...options,
  })
  return outputFiles[0].text
}

/** The medians of what each start says; the first start warms the machine's caches and does not count. */
async function repeat(once) {
  await once()
  const all = []
  for (let i = 0; i < STARTS; i++) all.push(await once())
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, median(all.map((times) => times[name]))]),
  )
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

function ms(value) {
  return value.toFixed(1)
}
