import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { ExportedNames } from './exported-names.js'
import { exportedNames } from './exported-names.js'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** A page that names all that entries of the package export. */
export interface ApiPage {
  /** From the project's root. */
  readonly page: string
  /** The entries that the page is about. */
  readonly entries: readonly string[]
  /** Of an entry that other pages are about, too: where that is declared which belongs on this one. */
  readonly onlyFrom: Readonly<Record<string, readonly string[]>>
  /** Types and objects whose members the page lists. */
  readonly withMembers: readonly string[]
  /** So many codes of errors it names at least. */
  readonly errors: number
}

/** What a page says, by section: the names in the first cells of its tables. */
interface Section {
  readonly entry: string
  readonly heading: string
  readonly names: readonly string[]
  readonly members: readonly string[]
}

/** Registers the tests that hold a page against the package. */
export function testApiPage({ page, entries, onlyFrom, withMembers, errors }: ApiPage): void {
  let exported: ReadonlyMap<string, ExportedNames>
  let sections: readonly Section[]

  beforeAll(async () => {
    sections = sectionsOf(readFileSync(join(project, page), 'utf8'))
    exported = await exportedNames([...entries, '.'])
  })

  test.each(entries)('the page names what unitflow has as %s, and nothing else', (entry) => {
    const folders = onlyFrom[entry]
    const wanted = [...(exported.get(entry)?.names ?? [])]
      .filter(([, file]) => folders === undefined || folders.some((folder) => file.startsWith(folder)))
      .map(([name]) => name)
    const found = sections.filter((section) => section.entry === entry)
    // A type with members stands as a heading.
    const headings = found.map(({ heading }) => heading).filter((name) => withMembers.includes(name))
    const said = new Set([...found.flatMap(({ names }) => names), ...headings])
    expect(wanted.length).toBeGreaterThan(0)
    expect([...said].sort()).toEqual(wanted.sort())
  })

  test.each(withMembers)('the page lists the members of %s, and no others', (name) => {
    const section = sections.find(({ heading }) => heading === name)
    const wanted = exported.get(section?.entry ?? '')?.membersOf(name)
    expect([...new Set(section?.members)].sort()).toEqual([...(wanted ?? ['no such type'])].sort())
  })

  test('the page names codes of errors that there are', () => {
    const known = exported.get('.')?.membersOf('ErrorFields')
    const said = sections.filter(({ heading }) => heading === 'Errors').flatMap(({ names }) => names)
    expect(said.length).toBeGreaterThanOrEqual(errors)
    expect(said.filter((code) => known?.has(code) !== true)).toEqual([])
  })
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
