import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, inject, test } from 'vitest'
import { ENTRIES } from '../../scripts/entries.mjs'
import { run } from './run.js'

const application = inject('application')
const repository = fileURLToPath(new URL('../..', import.meta.url))
const tsc = join(repository, 'node_modules/typescript/bin/tsc')
const names = ENTRIES.map(({ name }) => name.replace('.', 'unitflow'))

/** Nothing of ours is skipped: declarations that name what is not there are errors here. */
const STRICT = {
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.asynciterable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  // Only what an application would install for itself.
  types: [],
}

/** Where `lib` says what a module of Wasm is. */
const USE_OF_CORE = `
import core from 'unitflow/core.wasm'
import { init, initSync } from 'unitflow/slim'
export const module: WebAssembly.Module = core
initSync(module)
export const handedOver: Promise<void>[] = [init(core), init(fetch('/core.wasm')), init(new URL('https://localhost/core.wasm'))]
// @ts-expect-error: nothing is no core
void init()
`

const USE = `
import { createMemoryStore, isUnitflowError, readElementUnit, type ElementUnit, type UnitflowError } from 'unitflow'
import { isUnitflowError as sameGuard, readElementUnit as sameRead } from 'unitflow/read'
export const unit: Promise<ElementUnit> = readElementUnit(createMemoryStore(), 'k', { processId: 'P' })
export const read: typeof readElementUnit = sameRead
export function codeOf(error: unknown): string | undefined {
  if (isUnitflowError(error, 'unknown-process')) return error.fields.processId
  return sameGuard(error) ? error.code : undefined
}
// @ts-expect-error: an error of one code is not one of another
export const wrong = (error: UnitflowError<'bad-key'>): UnitflowError<'not-json'> => error
`

async function compiles(
  folder: string,
  compilerOptions: object,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const project = join(application, folder)
  await mkdir(project)
  const config = { compilerOptions: { ...STRICT, ...compilerOptions }, files: Object.keys(files) }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text)
  await run(process.execPath, [tsc, '-p', project], { cwd: project })
}

const everything = names.map((name, index) => `export * as entry${index} from '${name}'`).join('\n')

beforeAll(async () => {
  await mkdir(join(application, 'node_modules/@types'), { recursive: true })
  await symlink(join(repository, 'node_modules/@types/node'), join(application, 'node_modules/@types/node'))
  await symlink(join(repository, 'node_modules/undici-types'), join(application, 'node_modules/undici-types'))
})

test.each([
  ['node16', { module: 'node16', moduleResolution: 'node16' }],
  ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ['bundler for workerd', { module: 'esnext', moduleResolution: 'bundler', customConditions: ['workerd'] }],
  [
    'bundler for the edge',
    { module: 'esnext', moduleResolution: 'bundler', customConditions: ['edge-light'] },
  ],
  ['the lib of web workers', { module: 'nodenext', lib: ['es2022', 'webworker'] }],
])('the declarations of every entry resolve and compile with %s', async (name, options) => {
  const files = { 'use.ts': USE, 'core.ts': USE_OF_CORE, 'everything.ts': everything }
  await compiles(name.replaceAll(' ', '-'), options, files)
})

test('the declarations compile in a project that has Node and no browser', async () => {
  const options = { module: 'nodenext', lib: ['es2022'], types: ['node'] }
  await compiles('without-dom', options, { 'use.ts': USE, 'everything.ts': everything })
})

test('a CommonJS file may require() the package, as Node lets it', async () => {
  const text = `import unitflow = require('unitflow')\nexport const decompose: typeof unitflow.decompose = unitflow.decompose\n`
  await compiles('commonjs', { module: 'nodenext' }, { 'use.cts': text })
})

test('wrong use of the installed package does not compile either', async () => {
  const attempt = compiles(
    'wrong',
    { module: 'nodenext' },
    { 'use.ts': `import { decompose } from 'unitflow'\ndecompose(1)\n` },
  )
  await expect(attempt).rejects.toThrow('TS2345')
})

test('the tour compiles against the installed package', async () => {
  await mkdir(join(application, 'tour'))
  await copyFile(join(repository, 'tests/types/tour.ts'), join(application, 'tour/tour.ts'))
  const options = { ...STRICT, module: 'nodenext', noUncheckedIndexedAccess: true }
  await writeFile(
    join(application, 'tour/tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['tour.ts'] }),
  )
  const { stdout } = await run(process.execPath, [tsc, '-p', join(application, 'tour')], { cwd: application })
  expect(stdout).toBe('')
})
