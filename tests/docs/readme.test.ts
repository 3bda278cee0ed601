import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const project = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(join(project, 'README.md'), 'utf8')
let folder = ''

beforeAll(() => {
  // As a user has it: the package in node_modules, and the example beside it.
  folder = mkdtempSync(join(tmpdir(), 'unitflow-readme-'))
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
  symlinkSync(project, join(folder, 'node_modules/unitflow'))
  symlinkSync(join(project, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
  cpSync(join(project, 'examples/workflows'), join(folder, 'examples/workflows'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code ?? '')
}

test('the TypeScript in README compiles and runs from top to bottom', () => {
  const code = blocks('ts').join('\n')
  expect(code).toContain('cacheElementUnitsForWorkflow')
  writeFileSync(join(folder, 'tour.ts'), code)
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2024', 'dom'],
    module: 'nodenext',
    strict: true,
    types: ['node'],
    outDir: 'out',
    skipLibCheck: false,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['tour.ts'] }))
  run(join(project, 'node_modules/typescript/bin/tsc'), ['-p', '.'])
  const printed = run('out/tour.js', [])
  // What the comments in the code promise.
  expect(printed).toContain('37\n')
  expect(printed).toContain("[ 'Payment', 'Shipping' ]\n24\n")
  expect(printed).toContain("true\n[ 'Order' ]\n")
  expect(printed).toMatch(/\[ 'Order' \]\n\[ 'Order'.*\]\n\[\]\n/s)
  expect(printed).toContain(
    "[ 'Cancel', 'Note_Shipped' ]\n[ 'Approve' ]\n[ { processId: 'Shipping', elementId: 'Pack' } ]\n",
  )
  expect(printed).toContain('\nfailed\n10 EUR, printed once as order-1/bill\n')
  expect(printed).toMatch(/\n\[ 'Clean', 'Mean' \]\n\[ 'Mean' \]\n\[ 'Clean' \] 3\.5\n$/)
})

test('the commands in README work', () => {
  const commands = blocks('console')
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('$ npx unitflow '))
  expect(commands.length).toBeGreaterThan(3)
  for (const command of commands) {
    const printed = run(join(project, 'dist/cli.js'), command.slice('$ npx unitflow '.length).split(' '))
    // What goes to a file says nothing on the terminal.
    if (!command.includes(' -o ')) expect(printed.length, command).toBeGreaterThan(0)
  }
})

test('the two commands stand where CI looks for them', () => {
  const [, both] = /<!-- two commands -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? []
  expect(both?.trim().split('\n')).toEqual(['npm ci && npm start', 'npm ci && npm test'])
})

test('links in README lead somewhere', () => {
  for (const [, target = ''] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
    expect(() => readFileSync(join(project, target)), target).not.toThrow('ENOENT')
  }
})

function run(script: string, args: readonly string[]): string {
  return execFileSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
}
