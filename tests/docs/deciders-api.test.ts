import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { ExportedNames } from './exported-names.js'
import { exportedNames } from './exported-names.js'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** The entries that the page is about. */
const ENTRIES = [
  './deciders',
  './deciders/http',
  './deciders/payloads',
  './codec',
  './timelines',
  './testing',
]

/** What of `unitflow/testing` is for deciders. */
const OF_DECIDERS = ['ts/deciders/', 'ts/clock/', 'ts/testing/workflow-backend-suite.ts']

/** Types and objects whose members the page lists. */
const WITH_MEMBERS = [
  'ActivityContext',
  'When',
  'ProcessView',
  'Manager',
  'WorkflowBackend',
  'happened',
  'ProcessHarness',
]

/** What the page says, by section: the names in the first cells of its tables. */
interface Section {
  readonly entry: string
  readonly heading: string
  readonly names: readonly string[]
  readonly members: readonly string[]
}

let exported: ReadonlyMap<string, ExportedNames>
let sections: readonly Section[]

beforeAll(async () => {
  sections = sectionsOf(readFileSync(join(project, 'docs/deciders-api.md'), 'utf8'))
  exported = await exportedNames([...ENTRIES, '.'])
})

test.each(ENTRIES)('the page names what unitflow has as %s, and nothing else', (entry) => {
  const wanted = [...(exported.get(entry)?.names ?? [])]
    .filter(([, file]) => entry !== './testing' || OF_DECIDERS.some((path) => file.startsWith(path)))
    .map(([name]) => name)
  const found = sections.filter((section) => section.entry === entry)
  // A type with members stands as a heading.
  const headings = found.map(({ heading }) => heading).filter((name) => WITH_MEMBERS.includes(name))
  const said = new Set([...found.flatMap(({ names }) => names), ...headings])
  expect([...said].sort()).toEqual(wanted.sort())
})

test.each(WITH_MEMBERS)('the page lists the members of %s, and no others', (name) => {
  const section = sections.find(({ heading }) => heading === name)
  const wanted = exported.get(section?.entry ?? '')?.membersOf(name)
  expect([...new Set(section?.members)].sort()).toEqual([...(wanted ?? ['no such type'])].sort())
})

test('the page names codes of errors that there are', () => {
  const known = exported.get('.')?.membersOf('ErrorFields')
  const said = sections.filter(({ heading }) => heading === 'Errors').flatMap(({ names }) => names)
  expect(said.length).toBeGreaterThan(30)
  expect(said.filter((code) => known?.has(code) !== true)).toEqual([])
})

/** Behaviours that no test can show: see the list. */
const NOT_OURS = new Map([
  ['D11', 'an accident of the original'],
  ['D76', 'the backend on Amazon SWF comes later'],
  ['D77', 'the backend on Amazon SWF comes later'],
  ['D78', 'the backend on Amazon SWF comes later'],
])

test('every behaviour of the list is named by a test', () => {
  const numbers = [...numbered('D', 86), ...numbered('SC', 9)].filter((number) => !NOT_OURS.has(number))
  const named = numbersInTitles()
  expect(numbers.filter((number) => !named.has(number))).toEqual([])
})

test('the pages name no behaviour that is not in the list', () => {
  const known = new Set([...numbered('D', 86), ...numbered('SC', 9)])
  const unknown: string[] = []
  for (const page of readdirSync(join(project, 'docs')).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(project, 'docs', page), 'utf8')
    for (const [number] of text.matchAll(/\b(?:D|SC)\d{1,2}\b/g)) {
      if (!known.has(number)) unknown.push(`${page}: ${number}`)
    }
  }
  expect(unknown).toEqual([])
})

function numbered(prefix: string, last: number): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${prefix}${index + 1}`)
}

/** Titles begin with the numbers of what they show: one, several with spaces between, or the first and the last with a dash. */
function numbersInTitles(): ReadonlySet<string> {
  const found = new Set<string>()
  for (const folder of ['tests', 'ts/testing']) {
    for (const path of readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/^(?!.*(node_modules|\.venv)).*\.(ts|mjs)$/.test(path)) continue
      const text = readFileSync(join(project, folder, path), 'utf8')
      for (const [, title = ''] of text.matchAll(/['"`]((?:(?:D|SC)\d{1,2}[ ,-]+)+)/g)) {
        for (const [, prefix = '', from = '', to = from] of title.matchAll(/(D|SC)(\d+)(?:-\1(\d+))?/g)) {
          for (let number = Number(from); number <= Number(to); number++) found.add(`${prefix}${number}`)
        }
      }
    }
  }
  return found
}

function sectionsOf(page: string): readonly Section[] {
  let entry = ''
  return page.split(/^(?=##+ )/m).map((part) => {
    const [, level = '', heading = ''] = /^(#+) `?([^`\n]*)`?/.exec(part) ?? []
    if (level === '##') entry = heading.replace(/^unitflow/, '.')
    const spans = part
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split(/(?<!\\)\|/)[1] ?? '').matchAll(/`(?:new )?(\.?[\w-]+)/g)])
      .map(([, name = '']) => name)
    return {
      entry,
      heading,
      names: spans.filter((name) => !name.startsWith('.')),
      members: spans.filter((name) => name.startsWith('.')).map((name) => name.slice(1)),
    }
  })
}
