import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORDER } from './work-units.js'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
let home = ''

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
  home = mkdtempSync(join(tmpdir(), 'unitflow-units-'))
  await build({
    absWorkingDir: repository,
    entryPoints: [
      { in: 'ts/cli/main.ts', out: 'cli' },
      { in: 'ts/deciders/index.ts', out: 'unitflow-deciders' },
    ],
    outdir: home,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    loader: { '.wasm': 'base64' },
    logLevel: 'silent',
  })
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'), 'dir')
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  writeFileSync(join(home, 'functions.mjs'), MODULE)
  writeFileSync(join(home, 'orders.json'), ORDER)
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Program {
  readonly said: { out: string; err: string }
  readonly until: (text: string) => Promise<void>
  readonly type: (text: string) => void
  readonly kill: (signal: 'SIGINT' | 'SIGKILL') => void
  readonly end: Promise<number | null>
}

/** The program, with what it has said so far. Its stdin stays open. */
function unitflow(mail: number, ...argv: readonly string[]): Program {
  const env = { PATH: process.env['PATH'] ?? '', MAIL: String(mail) }
  const child = spawn(process.execPath, [join(home, 'cli.js'), ...argv], { cwd: home, env })
  const said = { out: '', err: '' }
  let heard = (): void => undefined
  child.stdout.on('data', (text: Buffer) => {
    said.out += text.toString()
    heard()
  })
  child.stderr.on('data', (text: Buffer) => {
    said.err += text.toString()
    heard()
  })
  return {
    said,
    until: async (text) => {
      while (!said.out.includes(text)) await new Promise<void>((resolve) => (heard = resolve))
    },
    type: (text) => child.stdin.write(text),
    kill: (signal) => child.kill(signal),
    end: new Promise((resolve) => child.once('close', resolve)),
  }
}

const ARGV = ['run', 'orders.json', 'Order', '--bind', './functions.mjs', '--db', 'shop.db'] as const

test('U37 killed while it sends a mail and started again, it sends that once more and ends', async () => {
  const killed = unitflow(60_000, ...ARGV, '--id', 'k-1')
  killed.type('{"approved":true}\n{}\n')
  await killed.until('sends a mail')
  killed.kill('SIGKILL')
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
  left.kill('SIGINT')
  expect(await left.end).toBe(130)
  expect(left.said.err).toContain('c-1 is kept in shop.db, and goes on with ')
  const again = unitflow(0, ...ARGV, '--id', 'c-1')
  again.type('{"approved":true}\n')
  await again.until('Approve the order (Approve)\n')
  again.type('{}\n')
  expect(await again.end).toBe(0)
})

test('for machines stdout is one document, whatever functions print', async () => {
  const program = unitflow(0, ...ARGV, '--id', 'j-1', '--json')
  program.type('{"approved":true}\n{}\n')
  expect(await program.end).toBe(0)
  expect(JSON.parse(program.said.out)).toMatchObject({
    run: 'j-1',
    status: 'completed',
    result: { mail: 'sent' },
  })
  expect(program.said.err).toBe('sends a mail\n')
})
