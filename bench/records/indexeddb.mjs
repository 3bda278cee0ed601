// node bench/records/indexeddb.mjs: records in IndexedDB in Chromium beside raw IndexedDB with the same durability. One table.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { build } from 'esbuild'
import { launchProfile } from '../../tests/runtimes/chromium.ts'
import { servePages } from '../../tests/runtimes/page-server.ts'

const seconds = process.argv.includes('--quick') ? 0.5 : 2
const sizes = [1000, 100_000]

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('indexeddb-page.mjs', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'browser',
})
const server = await servePages({ 'main.js': outputFiles[0].text }, "script-src 'self'")
// On a disk: what a window in private mode keeps is in memory, and flushing it costs nothing.
const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
const browser = await launchProfile(folder)
try {
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'workloads' in globalThis)
  const table = new Table({
    head: [
      'transactions/s',
      ...sizes.flatMap((size) => [`raw, ${format(size)} records`, 'unitflow', 'of raw']),
    ],
    colAligns: ['left', ...sizes.flatMap(() => ['right', 'right', 'right'])],
  })
  const rows = new Map()
  const shares = {}
  const add = (name, cells) => rows.set(name, [...(rows.get(name) ?? []), ...cells])
  for (const size of sizes) {
    process.stderr.write(`${format(size)} records ...\n`)
    await page.evaluate((many) => globalThis.prepare(many), size)
    for (const name of await page.evaluate(() => globalThis.workloads)) {
      const [raw, ours] = await page.evaluate((args) => globalThis.measure(...args), [name, seconds])
      shares[`${name} ${size}`] = [raw.rate, ours.rate, ours.share]
      add(name, [format(raw.rate), format(ours.rate), percent(ours.share)])
    }
    const writers = 64
    const rates = await page.evaluate((args) => globalThis.measureWriters(...args), [writers, seconds])
    const [raw, apart, shared] = rates
    add(`${writers} writers, each alone`, [format(raw.rate), format(apart.rate), percent(apart.share)])
    add(`${writers} writers, shared commits`, [format(raw.rate), format(shared.rate), percent(shared.share)])
  }
  for (const [name, cells] of rows) table.push([name, ...cells])
  if (process.argv.includes('--json')) console.log(JSON.stringify(shares))
  else {
    console.log(`Chromium ${browser.browser()?.version() ?? ''}, durability strict`)
    console.log(table.toString())
  }
} finally {
  await browser.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
}

function format(rate) {
  return Math.round(rate).toLocaleString('en')
}

function percent(share) {
  return `${Math.round(share * 100)} %`
}
