import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtCommand } from './built-command.js'
import type { BuiltCommand, Program } from './built-command.js'
import { ORDER } from './work-units.js'

let command: BuiltCommand

/** A module as users write it. Its mail takes as long as it is told, and what was begun is written down. */
const MODULE = `
import { appendFileSync } from 'node:fs'
import { defineActivity } from './unitflow-deciders.js'
const send = defineActivity('send', {}, async () => {
  appendFileSync('begun.txt', 'x')
  console.log('sends a mail')
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.MAIL)))
  return 'sent'
})
export const activities = { Register: () => ({ order: { total: 120 } }), 'mail/Send': send }
`

beforeAll(async () => {
  command = await builtCommand({ 'unitflow-deciders': 'ts/deciders/index.ts' })
  command.write('functions.mjs', MODULE)
  command.write('orders.json', ORDER)
})

afterAll(() => command.remove())

/** @param mail how long a mail takes, in ms */
function unitflow(mail: number, ...argv: readonly string[]): Program {
  return command.start(argv, { env: { MAIL: String(mail) } })
}

const ARGV = ['run', 'orders.json', 'Order', '--bind', './functions.mjs', '--db', 'shop.db'] as const

test('U37 killed while it sends a mail and started again, it sends that once more and ends', async () => {
  const killed = unitflow(60_000, ...ARGV, '--id', 'k-1')
  killed.child.stdin.write('{"approved":true}\n{}\n')
  await killed.until('sends a mail')
  killed.child.kill('SIGKILL')
  expect(await killed.end).toBeNull()
  const again = unitflow(0, ...ARGV, '--id', 'k-1')
  expect(await again.end).toBe(0)
  expect(again.said.err).toMatch(/\nunitflow \d+ on .* is gone: Send the bill \(Bill\) is done again\n/)
  expect(again.said.err).not.toContain('it goes on after 2 elements')
  expect(again.said.out).toContain('sends a mail\n')
  expect(again.said.out).toMatch(/✔ Order closed \(Done\)\nresult {2}.*"mail":"sent"\}\n$/)
})

test('U37 ^C leaves it where it is, and it goes on from there; stdin is read line by line', async () => {
  const left = unitflow(0, ...ARGV, '--id', 'c-1')
  await left.until('Register the order')
  left.child.kill('SIGINT')
  expect(await left.end).toBe(130)
  expect(left.said.err).toContain('c-1 is kept in shop.db, and goes on with ')
  const again = unitflow(0, ...ARGV, '--id', 'c-1')
  again.child.stdin.write('{"approved":true}\n')
  await again.until('Approve the order (Approve)\n')
  again.child.stdin.write('{}\n')
  expect(await again.end).toBe(0)
})

test('for machines stdout is one document, whatever functions print', async () => {
  const program = unitflow(0, ...ARGV, '--id', 'j-1', '--json')
  program.child.stdin.write('{"approved":true}\n{}\n')
  expect(await program.end).toBe(0)
  expect(JSON.parse(program.said.out)).toMatchObject({
    run: 'j-1',
    status: 'completed',
    result: { mail: 'sent' },
  })
  expect(program.said.err).toBe('sends a mail\n')
})
