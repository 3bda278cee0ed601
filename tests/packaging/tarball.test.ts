import { readdir, readFile, stat } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join, posix, relative } from 'node:path'
import { expect, inject, test } from 'vitest'
import { COMMAND, CORE, ENTRIES, HISTORY_SCHEMA, outputOf, typesOf } from '../../scripts/entries.mjs'

const packed = inject('packed')
const installed = join(inject('application'), 'node_modules/unitflow')

/** The files of an entry, one for each runtime that has its own. */
function outputsOf(entry: (typeof ENTRIES)[number]): readonly string[] {
  return [outputOf(entry), ...entry.variants.map((condition) => outputOf(entry, condition))]
}

function read(path: string): Promise<string> {
  return readFile(join(installed, path), 'utf8')
}

test('the tarball holds the entries, their chunks and declarations, the core, and nothing else', () => {
  const outputs = ENTRIES.flatMap((entry) => [typesOf(entry), ...outputsOf(entry)])
  const named = [
    'package.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    COMMAND.output,
    CORE.output,
    CORE.types,
    HISTORY_SCHEMA.output,
    ...outputs,
  ]
  expect(named.filter((path) => !packed.includes(path))).toEqual([])
  const others = packed.filter((path) => !named.includes(path))
  expect(
    others.filter((path) => !/^dist\/chunk-[A-Z0-9]{8}\.js$|^dist\/types\/[a-z0-9/.-]+\.d\.ts$/.test(path)),
  ).toEqual([])
})

test('what is installed is what was packed, and is no larger than it need be', async () => {
  const entries = await readdir(installed, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.map((file) => relative(installed, file).replaceAll('\\', '/')).sort()).toEqual(
    [...packed].sort(),
  )
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  const bytes = sizes.reduce((sum, size) => sum + size)
  expect(bytes).toBeGreaterThan(500 * 1024)
  expect(bytes).toBeLessThan(3 * 1024 * 1024)
})

test('no file in the tarball names a source map, or a path of the machine that built it', async () => {
  for (const path of packed) {
    // The core too: a section of it may name a map, and its panics the places of sources.
    const text = await readFile(join(installed, path), 'latin1')
    expect(text, path).not.toContain('sourceMappingURL')
    expect(text, path).not.toContain(process.cwd())
    expect(text, path).not.toContain('.cargo/')
  }
})

test('all that the code imports is in the tarball or a dependency, and nothing is there that no code imports', async () => {
  const manifest = JSON.parse(await read('package.json')) as {
    dependencies: Readonly<Record<string, string>>
  }
  const packages = new Set<string>()
  const imported = new Set([COMMAND.output, HISTORY_SCHEMA.output, ...ENTRIES.flatMap(outputsOf)])
  for (const path of imported) {
    expect(packed).toContain(path)
    if (!path.endsWith('.js')) continue
    for (const name of importsOf(await read(path))) {
      if (name.startsWith('.')) imported.add(posix.join(posix.dirname(path), name.replace(/\?module$/, '')))
      else if (!isBuiltin(name)) packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)![0])
    }
  }
  expect(packed.filter((path) => /^dist\/(?!types\/)/.test(path)).sort()).toEqual([...imported].sort())
  expect([...packages].sort()).toEqual(Object.keys(manifest.dependencies).sort())
})

/** What a module imports, statically or later. */
function importsOf(code: string): readonly string[] {
  const found = [
    ...code.matchAll(/^(?:import|export)\b[^;'"]*?"([^"\n]+)";$/gm),
    ...code.matchAll(/\bimport\("([^"\n]+)"\)/g),
  ]
  return found.map(([, name]) => name!)
}

test('every declaration that an entry leads to is in the tarball', async () => {
  const reached = ENTRIES.map(typesOf)
  for (const path of reached) {
    const text = await read(path)
    for (const [, relative] of text.matchAll(/from '(\.[^']+)\.js'/g)) {
      const target = join(path, '..', `${relative!}.d.ts`)
      expect(packed, `${path} imports ${target}`).toContain(target)
      if (!reached.includes(target)) reached.push(target)
    }
  }
  expect(reached.length).toBeGreaterThan(ENTRIES.length)
})

test('the command is a program', async () => {
  expect((await read(COMMAND.output)).startsWith('#!/usr/bin/env node\n')).toBe(true)
  expect((await stat(join(installed, COMMAND.output))).mode & 0o111).toBe(0o111)
})
