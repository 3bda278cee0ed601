import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtCommand } from './built-command.js'
import type { BuiltCommand, Program, ProgramOutcome } from './built-command.js'
import { shopAtWork } from './work-processes.js'
import type { Work } from './work-processes.js'

let command: BuiltCommand
/** The application, whose file is looked at while it is open. */
let work: Work

beforeAll(async () => {
  command = await builtCommand()
  work = await shopAtWork(command.folder)
})

afterAll(async () => {
  await work.close()
  command.remove()
})

function unitflow(...argv: readonly string[]): ProgramOutcome {
  return command.run(['processes', ...argv])
}

function started(...argv: readonly string[]): Program {
  return command.start(['processes', ...argv])
}

test('every command of the real program, beside an application that has the file open', async () => {
  for (const line of [
    ['list', 'work.db'],
    ['show', 'work.db', 'order-1'],
    ['history', 'work.db', 'order-1'],
    ['history', 'work.db', 'order-1', '--json'],
    ['stats', 'work.db'],
    ['signal', 'work.db', 'order-1', 'hurry'],
    ['cancel', 'work.db', 'order-2-invoice'],
  ]) {
    expect(unitflow(...line), line.join(' ')).toMatchObject({ code: 0, err: '' })
  }
  // The application sees what was done, and goes on.
  expect((await work.backend.history('order-1')).at(-1)).toMatchObject({ type: 'signal', name: 'hurry' })
  expect(await work.backend.process('order-2-invoice')).toMatchObject({ closed: {} })
  await work.settle()
  expect(unitflow('show', 'work.db', 'nobody')).toMatchObject({ code: 4, out: '' })
})

test('--watch sees what the application does; SIGINT ends it in order, and that is no failure', async () => {
  const { child, said, until, end } = started('list', 'work.db', '--open', '--watch')
  await until('poison-1')
  await work.backend.startProcess({ workflow: 'invoice', id: 'later' })
  await until('later')
  child.kill('SIGINT')
  expect(await end).toBe(0)
  expect(said.err).toBe('')
})

test('a process that closes ends its --watch', async () => {
  await work.backend.startProcess({ workflow: 'invoice', id: 'short' })
  const { until, said, end } = started('history', 'work.db', 'short', '--watch', '--json')
  await until('process-started')
  await work.backend.cancelProcess('short')
  expect(await end).toBe(0)
  expect(said).toMatchObject({
    out: expect.stringMatching(/"type":"process-closed".*\n$/) as string,
    err: '',
  })
})

test('a reader that goes away ends the program, which is no failure', async () => {
  const { child, said, until, end } = started('list', 'work.db', '--watch')
  await until('poison-1')
  child.stdout.destroy()
  // Whoever writes finds out with the first write, and is asked for another with the next change.
  let number = 0
  const changing = setInterval(() => {
    void work.backend.startProcess({ workflow: 'invoice', id: `more-${++number}` })
  }, 100)
  expect(await end).toBe(0)
  clearInterval(changing)
  expect(said.err).toBe('')
})
