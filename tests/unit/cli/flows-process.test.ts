import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtCommand } from './built-command.js'
import type { BuiltCommand, Program } from './built-command.js'

let command: BuiltCommand

/** A module as users write it: it prints, and leaves something open. */
const MODULE = `
import { defineFlow, defineTask, of } from './unitflow-flows.js'
setInterval(() => undefined, 1000)
const hello = defineTask({ name: 'hello', inputs: { item: of() }, outputs: { price: of() },
  run: ({ item }) => { console.log('hello from a task'); return { price: item.length } } })
const wait = defineTask({ name: 'wait', inputs: { ms: of() },
  run: ({ ms }, { signal }) => new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason) })
  }) })
// It goes on, whatever it is told.
const deaf = defineTask({ name: 'deaf', inputs: {}, run: () => new Promise(() => undefined) })
export const order = defineFlow('order', [hello])
export default [defineFlow('waiting', [wait]), defineFlow('deaf', [deaf])]
`

beforeAll(async () => {
  command = await builtCommand({ 'unitflow-flows': 'ts/flows/index.ts' })
  command.write('flows.mjs', MODULE)
})

afterAll(() => command.remove())

function flows(...argv: readonly string[]): Program {
  return command.start(['flows', ...argv])
}

test('a module of the user is run to its end, though it leaves something open', async () => {
  const { said, end } = flows('run', './flows.mjs', 'order', '--input', '{"item":"book"}', '--id', 'o-1')
  expect(await end).toBe(0)
  expect(said.err).toBe('o-1 is kept in flows.db\n')
  expect(said.out).toContain('\nhello from a task\n')
  expect(said.out).toMatch(/ flow-completed\nresult {2}\{"item":"book","price":4\}\n$/)
})

test('for machines stdout is one document, whatever tasks print', async () => {
  const { said, end } = flows('run', './flows.mjs', 'order', '--input', '{"item":"book"}', '--json')
  expect(await end).toBe(0)
  expect(JSON.parse(said.out)).toMatchObject({ status: 'completed', result: { price: 4 } })
  expect(said.err).toBe('hello from a task\n')
})

test('a module that is wrong is an error in a line', async () => {
  command.write('wrong.mjs', 'let let = 1')
  const { said, end } = flows('run', './wrong.mjs', 'order')
  expect(await end).toBe(4)
  expect(said).toMatchObject({
    out: '',
    err: expect.stringMatching(
      /^error\[bad-module\] cannot import \.\/wrong\.mjs: SyntaxError: .*\n$/,
    ) as string,
  })
})

test('F26 SIGINT gives it back; a worker goes on with it, is watched, and ends in order', async () => {
  const interrupted = flows(
    'run',
    './flows.mjs',
    'waiting',
    '--input',
    '{"ms":1000}',
    '--id',
    'w-1',
    '--grace',
    '0ms',
  )
  await interrupted.until('task-started')
  interrupted.child.kill('SIGINT')
  expect(await interrupted.end).toBe(130)
  expect(interrupted.said.out).toContain('flow-released')

  const worker = flows('work', './flows.mjs')
  const watching = flows('watch', 'flows.db', 'w-1')
  expect(await watching.end).toBe(0)
  expect(watching.said.out).toMatch(/ flow-completed\n$/)
  await worker.until('flow-completed')
  worker.child.kill('SIGINT')
  expect(await worker.end).toBe(0)
})

test('a task that hears nothing does not outlive the runner that has given it back', async () => {
  const { child, until, end, said } = flows('run', './flows.mjs', 'deaf', '--id', 'd-1', '--grace', '10s')
  await until('task-started')
  child.kill('SIGINT')
  while (!said.err.includes('^C again'))
    await until('task-started').then(() => new Promise((resolve) => setTimeout(resolve, 10)))
  child.kill('SIGINT')
  expect(await end).toBe(130)
  const recovered = flows('cancel', 'flows.db', 'd-1')
  expect(await recovered.end).toBe(0)
  expect(recovered.said.out).toBe('d-1 is canceled when its task has ended\n')
})
