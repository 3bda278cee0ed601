import { expect, test } from 'vitest'
import { filesBelow, read } from './sources.js'

const LONGEST = 400
const VAGUE = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc'])
const code = ['ts', 'rust', 'tests', 'scripts', 'bench', 'examples'].flatMap(filesBelow)

/** The names on a path, without what stands after the first dot. */
function words(path: string): string[] {
  return path.split('/').map((segment) => segment.replace(/\..*$/, ''))
}

test('no file of ts/ or rust/ is longer than 400 lines', () => {
  const sources = code.filter((path) => /^(ts\/.*\.ts|rust\/.*\.rs)$/.test(path))
  expect(sources.length).toBeGreaterThan(50)
  const lengths = sources.map((path) => [path, read(path).split('\n').length - 1] as const)
  expect(lengths.filter(([, lines]) => lines > LONGEST)).toEqual([])
})

test('folders and files are kebab-case', () => {
  const named = code.filter(
    (path) => /\.(ts|mts|mjs|js|sh)$/.test(path) && !path.startsWith('tests/fixtures/'),
  )
  expect(named.filter((path) => !words(path).every((word) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word)))).toEqual(
    [],
  )
})

test('no file or folder is a drawer for everything', () => {
  expect(code.filter((path) => words(path).some((word) => VAGUE.has(word)))).toEqual([])
})

test('the checks of names find what they look for', () => {
  expect(words('ts/units/helpers/a-b.test.ts')).toEqual(['ts', 'units', 'helpers', 'a-b'])
  expect(words('ts/readUnit.ts').every((word) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word))).toBe(false)
})
