import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const project = fileURLToPath(new URL('../../', import.meta.url))
let folder = ''

beforeAll(() => {
  // As a user has it: beside the installed package, and what examples take besides.
  folder = mkdtempSync(join(inject('application'), 'guides-'))
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['zod', 'valibot', 'arktype'])
    symlinkSync(join(project, 'node_modules', name), join(folder, 'node_modules', name))
  cpSync(join(project, 'examples/workflows'), join(folder, 'examples/workflows'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Of each example of a page that says what it prints: the code, and these lines. */
function told(page: string): readonly (readonly [code: string, lines: readonly string[]])[] {
  const text = readFileSync(join(project, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].flatMap(([, code = '']) => {
    const lines = [...code.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map(([, line = '']) => line)
    return lines.length === 0 ? [] : [[code, lines] as const]
  })
}

function printed(code: string): readonly string[] {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  writeFileSync(join(folder, 'example.js'), outputText)
  const environment = { ...process.env, FORCE_COLOR: '0', NODE_NO_WARNINGS: '1' }
  return execFileSync(process.execPath, ['example.js'], { cwd: folder, encoding: 'utf8', env: environment })
    .trimEnd()
    .split('\n')
}

test.each([
  ['docs/steps.md', 10],
  ['docs/run-bpmn.md', 5],
  ['docs/from-pyswark.md', 1],
  ['docs/what-decides-unchanged.md', 1],
])('examples of %s print what they say', (page, count) => {
  const examples = told(page)
  expect(examples.length).toBeGreaterThanOrEqual(count)
  for (const [code, lines] of examples) expect(printed(code), code).toEqual(lines)
})
