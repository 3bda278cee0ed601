import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What dist/ is made of. */
const SOURCES = [
  'ts',
  'wasm-pkg',
  'scripts',
  'esbuild.config.mjs',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
/** Kept out of the package by `files`. */
const MARK = 'dist/.sources'

/** Notes which sources dist/ was built from. */
export function rememberSources(root) {
  writeFileSync(join(root, MARK), digestOfSources(root))
}

/** Whether dist/ is there and is what the sources give. */
export function isBuilt(root) {
  const mark = join(root, MARK)
  return existsSync(mark) && readFileSync(mark, 'utf8') === digestOfSources(root)
}

function digestOfSources(root) {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const file of filesOf(root, source)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function filesOf(root, source) {
  if (/\.\w+$/.test(source)) return [source]
  const entries = readdirSync(join(root, source), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.map((file) => file.slice(root.length).replaceAll('\\', '/')).sort()
}
