import { expect, test } from 'vitest'
import { COMMAND, exportMap } from '../../scripts/entries.mjs'
import { digestOfRustSources } from '../../scripts/rust-sources.mjs'
import { VERSION } from '../../ts/version.js'
import { read, root } from './sources.js'

interface PackageFile {
  readonly version: string
  readonly sideEffects: unknown
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin: unknown
  readonly scripts: Readonly<Record<string, string>>
}

const manifest = JSON.parse(read('package.json')) as PackageFile
const lock = JSON.parse(read('package-lock.json')) as {
  readonly version: string
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>
}

test('package.json, its lock, the Rust workspace and VERSION say one version', () => {
  const cargo = /\[workspace\.package\]\nversion = "([^"]+)"/.exec(read('rust/Cargo.toml'))?.[1]
  const crates = [...read('rust/Cargo.lock').matchAll(/name = "unitflow-\w+"\nversion = "([^"]+)"/g)].map(
    ([, version]) => version,
  )
  expect(crates.length).toBe(2)
  const versions = [manifest.version, lock.version, lock.packages['']?.version, VERSION, cargo, ...crates]
  expect(new Set(versions)).toEqual(new Set([manifest.version]))
})

test('wasm-pkg is built from the Rust sources as they are', () => {
  expect(read('wasm-pkg/sources.sha256').trim()).toBe(digestOfRustSources(root))
})

test('the export map is the table of the build, types first', () => {
  expect(manifest.exports).toEqual(exportMap())
  expect(Object.keys(manifest.exports)).toEqual(Object.keys(exportMap()))
  for (const [name, conditions] of Object.entries(manifest.exports)) {
    expect(name).not.toContain('*')
    // What is no code has no types.
    if (typeof conditions === 'string') continue
    expect(Object.keys(conditions)[0], name).toBe('types')
    expect(Object.keys(conditions).at(-1), name).toBe('default')
  }
  expect(manifest.bin).toEqual({ unitflow: `./${COMMAND.output}` })
  expect(manifest.sideEffects).toBe(false)
})

test('the lock file names no address that packages come from', () => {
  const addresses = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)
  expect(addresses.map(([path]) => path)).toEqual([])
})
