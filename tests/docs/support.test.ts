import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SUPPORT, supportTable } from '../../scripts/support.mjs'

const project = fileURLToPath(new URL('../../', import.meta.url))

test("README's table of runtimes is the one that the tests stand for", () => {
  expect(readFileSync(join(project, 'README.md'), 'utf8')).toContain(supportTable(project))
})

test('every runtime in the table has a page, and tests that exist', () => {
  expect(SUPPORT.length).toBeGreaterThan(4)
  for (const { runtime, page, shownBy } of SUPPORT) {
    expect(existsSync(join(project, page)), page).toBe(true)
    expect(Object.keys(shownBy).length, runtime).toBeGreaterThan(0)
    for (const [file, titles] of Object.entries(shownBy)) {
      const source = readFileSync(join(project, file), 'utf8')
      expect(source).toMatch(/^\s*(test|test\.each\(.*|cacheStoreSuite)\(/m)
      for (const title of titles) expect(source, `${file}: ${title}`).toContain(title)
    }
  }
})
