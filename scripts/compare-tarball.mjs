// node scripts/compare-tarball.mjs <tarball>: whether the WebAssembly that a tarball holds is, byte for byte, what
// `npm run build:wasm` has just built of the sources here. Of a published version: git checkout v<version>,
// npm run build:wasm, npm pack unitflow@<version>, then this.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modulesOfTarball } from './core-of-tarball.mjs'

const [tarball] = process.argv.slice(2)
if (tarball === undefined) fail('say which tarball: what npm pack made')

const root = fileURLToPath(new URL('..', import.meta.url))
const built = readFileSync(join(root, 'wasm-pkg/unitflow_bg.wasm'))
const modules = modulesOfTarball(tarball)
// As a file for unitflow/core.wasm, and inline for the default entry.
if (!modules.some(({ place }) => place.endsWith('.wasm'))) fail('the tarball holds no .wasm file')
if (!modules.some(({ place }) => place.endsWith('.js'))) fail('the tarball holds no inline module')
let differ = 0
for (const { place, bytes } of modules) {
  const isSame = bytes.equals(built)
  if (!isSame) differ++
  console.log(`${isSame ? 'the same' : 'DIFFERS '}  ${digest(bytes)}  ${bytes.length} bytes  ${place}`)
}
console.log(`from sources ${digest(built)}  ${built.length} bytes  wasm-pkg/unitflow_bg.wasm`)
if (differ > 0) fail(`${differ} of ${modules.length} modules are not what the sources give`)

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
