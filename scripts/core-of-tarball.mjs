import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What base64 of a Wasm module begins with: its first bytes, `\0asm` and version 1. */
const INLINE = /["'`](AGFzbQEAAAA[A-Za-z0-9+/]+={0,2})["'`]/g

/**
 * Every WebAssembly module that a tarball holds, by where it stands: as a file, or inline as base64.
 *
 * @param {string} tarball the path of what `npm pack` made
 * @returns {readonly { readonly place: string, readonly bytes: Buffer }[]}
 */
export function modulesOfTarball(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-tarball-'))
  try {
    execFileSync('tar', ['-xzf', tarball, '-C', folder])
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    return files.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const place = path.slice(folder.length + 1)
      if (place.endsWith('.wasm')) return [{ place, bytes: readFileSync(path) }]
      if (!place.endsWith('.js')) return []
      return modulesInText(readFileSync(path, 'utf8')).map((bytes) => ({ place, bytes }))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The modules that stand in code as base64.
 *
 * @param {string} text
 * @returns {readonly Buffer[]}
 */
export function modulesInText(text) {
  return [...text.matchAll(INLINE)].map(([, base64]) => Buffer.from(base64, 'base64'))
}
