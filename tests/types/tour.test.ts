import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const tours: readonly (readonly [name: string, atLeast: number])[] = [
  ['tour.ts', 50],
  ['deciders-tour.ts', 70],
  ['deciders-units-tour.ts', 10],
  ['flows-tour.ts', 35],
  ['flows-units-tour.ts', 15],
  ['steps-tour.ts', 15],
  ['steps-units-tour.ts', 10],
]

/** A tour as it stands anywhere: of its imports, only those of this project's folders say where it is. */
async function read(name: string): Promise<string> {
  const text = await readFile(new URL(name, import.meta.url), 'utf8')
  return text.replaceAll("'../../ts/", `'${root}ts/`)
}

/** What tsc says of code under the project's own options, a line each. */
async function compile(code: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'unitflow-tour-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] }
  const files = ['tour.ts', join(root, 'ts/core/wasm.d.ts')]
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'tour.ts'), code)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false']).catch(
    (error: unknown) => {
      return error as { stdout: string }
    },
  )
  return stdout.split('\n').filter((line) => line.includes('error TS'))
}

test.each(tours)('%s compiles, and every wrong use in it does not', async (name, atLeast) => {
  const tour = await read(name)
  expect(await compile(tour)).toEqual([])
  expect(tour.split('@ts-expect-error').length - 1).toBeGreaterThan(atLeast)
})

test.each(tours)('without the comments tsc reports every wrong use of %s, and nothing else', async (name) => {
  const tour = await read(name)
  const lines = tour.split('\n')
  const wrong = lines.flatMap((line, index) => (line.includes('// @ts-expect-error: ') ? [index + 2] : []))
  const reported = await compile(tour.replaceAll('// @ts-expect-error: ', '// '))
  expect([...new Set(reported.map((line) => Number(/\((\d+),/.exec(line)?.[1])))]).toEqual(wrong)
})

test('a tour that uses what is not there does not compile', async () => {
  const reported = await compile(
    `import { decomposeAll } from 'unitflow'\nexport const x: unknown = decomposeAll\n`,
  )
  expect(reported.join()).toContain('decomposeAll')
})
