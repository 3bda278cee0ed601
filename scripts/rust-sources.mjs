import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Hex SHA-256 over all that wasm-pkg is built from, names included. */
export function digestOfRustSources(root) {
  const files = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml']
  for (const crate of ['core', 'wasm']) {
    files.push(`${crate}/Cargo.toml`)
    for (const entry of readdirSync(join(root, 'rust', crate, 'src'), {
      recursive: true,
      encoding: 'utf8',
    })) {
      if (entry.endsWith('.rs')) files.push(`${crate}/src/${entry.replaceAll('\\', '/')}`)
    }
  }
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    // Line ends may differ after a checkout; the code does not.
    const text = readFileSync(join(root, 'rust', file), 'utf8').replaceAll('\r\n', '\n')
    hash.update(`${file}\0${text.length}\0${text}`)
  }
  return hash.digest('hex')
}
