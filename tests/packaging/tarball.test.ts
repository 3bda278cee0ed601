import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { COMMAND, CORE, ENTRIES, outputOf, typesOf } from '../../scripts/entries.mjs'

const packed = inject('packed')
const installed = join(inject('application'), 'node_modules/unitflow')

function read(path: string): Promise<string> {
  return readFile(join(installed, path), 'utf8')
}

test('the tarball holds the entries, their chunks and declarations, the core, and nothing else', () => {
  const outputs = ENTRIES.flatMap((entry) => [
    outputOf(entry),
    typesOf(entry),
    ...entry.variants.map((condition) => outputOf(entry, condition)),
  ])
  const named = [
    'package.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    COMMAND.output,
    CORE.output,
    CORE.types,
    ...outputs,
  ]
  expect(named.filter((path) => !packed.includes(path))).toEqual([])
  const others = packed.filter((path) => !named.includes(path))
  expect(
    others.filter((path) => !/^dist\/chunk-[A-Z0-9]{8}\.js$|^dist\/types\/[a-z0-9/.-]+\.d\.ts$/.test(path)),
  ).toEqual([])
})

test('no file in the tarball names a source map, or a path of the machine that built it', async () => {
  for (const path of packed.filter((name) => /\.(js|ts|json|md)$/.test(name))) {
    const text = await read(path)
    expect(text, path).not.toContain('sourceMappingURL=')
    expect(text, path).not.toContain(process.cwd())
  }
})

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
