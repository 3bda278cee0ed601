// Shows the example company, or the workflow in the file that is given, on the command line.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAll, COMMAND } from '../esbuild.config.mjs'
import { isBuilt } from './built.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const given = process.argv.slice(2)
const args = given.length > 0 ? given : [join(root, 'examples/workflows/order-company.c.json')]

if (!isBuilt(root)) await buildAll()
const { status } = spawnSync(process.execPath, [join(root, COMMAND.output), 'show', ...args], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
