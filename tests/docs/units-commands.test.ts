import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commandLine } from '../unit/cli/command-line.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(repository, 'docs/run-bpmn.md'), 'utf8')

test('the commands of docs/run-bpmn.md work one after the other', async () => {
  const [, section = ''] = /\n## On the command line\n([\s\S]*?)\n## /.exec(page) ?? []
  const [, module = ''] = /```js\n([\s\S]*?)```/.exec(section) ?? []
  const [, block = ''] = /<!-- run -->\n```sh\n([\s\S]*?)```/.exec(section) ?? []
  const { folder, run, write } = await commandLine()
  cpSync(join(repository, 'examples/workflows'), join(folder, 'examples/workflows'), { recursive: true })
  await write('functions.mjs', module)
  const told: string[] = []
  for (const line of block.trim().split('\n')) {
    // As a shell does it, as far as the lines need it.
    const [, , ...argv] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    )
    const { code, out, err } = await run(argv)
    told.push(`${argv[0] === 'processes' ? argv[1] : argv[0]} ${code}`)
    expect([0, 5], `${line}\n${out}${err}`).toContain(code)
  }
  expect(told).toEqual(['run 5', 'complete 0', 'signal 0', 'run 0', 'history 0'])
})
