import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const project = fileURLToPath(new URL('../../', import.meta.url))
const pages = [
  ...readdirSync(join(project, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
]
let folder = ''

beforeAll(() => {
  // As a user has it: the installed package and the types of Node.
  folder = mkdtempSync(join(tmpdir(), 'unitflow-pages-'))
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
  cpSync(join(inject('application'), 'node_modules/unitflow'), join(folder, 'node_modules/unitflow'), {
    recursive: true,
  })
  symlinkSync(join(project, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
  // And what examples take beside it.
  for (const name of ['undici-types', 'zod', 'valibot', 'arktype'])
    symlinkSync(join(project, 'node_modules', name), join(folder, 'node_modules', name))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every TypeScript example in docs/ compiles', () => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const files: string[] = []
  for (const page of pages.filter((name) => name.startsWith('docs/'))) {
    const blocks = [...readFileSync(join(project, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    blocks.forEach(([, code = ''], index) => {
      const file = `${page.replace(/\W/g, '-')}-${index}.ts`
      writeFileSync(join(folder, file), `${code}\nexport {}\n`)
      files.push(file)
    })
  }
  expect(files.length).toBeGreaterThan(6)
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2024', 'dom'],
    module: 'nodenext',
    strict: true,
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const tsc = join(project, 'node_modules/typescript/bin/tsc')
  let said = ''
  try {
    execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' })
  } catch (error) {
    said = (error as { readonly stdout: string }).stdout
  }
  expect(said).toBe('')
}, 60_000)

test('every link between pages leads somewhere', () => {
  const broken: string[] = []
  let links = 0
  for (const page of pages) {
    for (const [, target = ''] of readFileSync(join(project, page), 'utf8').matchAll(
      /\]\(([^)#\s]+)[^)]*\)/g,
    )) {
      if (/^[a-z]+:/.test(target)) continue
      links++
      const path = normalize(join(project, dirname(page), target))
      try {
        readdirSync(path)
      } catch {
        try {
          readFileSync(path)
        } catch {
          broken.push(`${page}: ${target}`)
        }
      }
    }
  }
  expect(broken).toEqual([])
  expect(links).toBeGreaterThan(15)
})
