// Runs all tests, or those that the arguments name, and ends with a line that counts them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAll } from '../esbuild.config.mjs'
import { isBuilt } from './built.mjs'
import { countOf } from './test-count.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [major] = process.versions.node.split('.')
if (Number(major) < 24)
  fail(`run this with npm test: the tests need Node 24 of node_modules, this is ${process.version}`)

if (!isBuilt(root)) {
  console.log('building dist/ ...')
  await buildAll()
}
const folder = mkdtempSync(join(tmpdir(), 'unitflow-test-'))
const results = join(folder, 'results.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
let text
try {
  text = readFileSync(results, 'utf8')
} catch {
  fail(`vitest ended with ${status} and without results`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const { passed, failed, notRun } = countOf(JSON.parse(text), status === 0)
if (notRun > 0) console.error(`${notRun} tests did not run: a test that does not always run counts as failed`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function fail(message) {
  console.error(message)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
