import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** Registers the tests that look for the numbers of behaviours. */
export function testBehaviours({
  last,
  notOurs = {},
}: {
  /** By what numbers begin with: the last one. */
  readonly last: Readonly<Record<string, number>>
  /** Behaviours that no test can show, and why. */
  readonly notOurs?: Readonly<Record<string, string>>
}): void {
  const prefixes = Object.keys(last).join('|')
  const numbers = Object.entries(last).flatMap(([prefix, count]) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`),
  )

  test('every behaviour of the list is named by a test', () => {
    const named = numbersInTitles(prefixes)
    expect(numbers.filter((number) => !named.has(number) && !Object.hasOwn(notOurs, number))).toEqual([])
  })

  test('the pages name no behaviour that is not in the list', () => {
    const unknown: string[] = []
    for (const page of readdirSync(join(project, 'docs')).filter((name) => name.endsWith('.md'))) {
      const text = readFileSync(join(project, 'docs', page), 'utf8')
      for (const [number] of text.matchAll(new RegExp(`\\b(?:${prefixes})\\d{1,2}\\b`, 'g'))) {
        if (!numbers.includes(number)) unknown.push(`${page}: ${number}`)
      }
    }
    expect(unknown).toEqual([])
  })
}

/** Titles begin with the numbers of what they show: one, several with spaces between, or the first and the last with a dash. */
function numbersInTitles(prefixes: string): ReadonlySet<string> {
  const titles = new RegExp(`['"\`]((?:(?:${prefixes})\\d{1,2}[ ,-]+)+)`, 'g')
  const spans = new RegExp(`(${prefixes})(\\d+)(?:-\\1(\\d+))?`, 'g')
  const found = new Set<string>()
  for (const folder of ['tests', 'ts/testing']) {
    for (const path of readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/^(?!.*(node_modules|\.venv)).*\.(ts|mjs)$/.test(path)) continue
      const text = readFileSync(join(project, folder, path), 'utf8')
      for (const [, title = ''] of text.matchAll(titles)) {
        for (const [, prefix = '', from = '', to = from] of title.matchAll(spans)) {
          for (let number = Number(from); number <= Number(to); number++) found.add(`${prefix}${number}`)
        }
      }
    }
  }
  return found
}
