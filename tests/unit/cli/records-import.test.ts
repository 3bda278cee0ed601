import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import type { SqliteRecords } from '../../../ts/records/sqlite/index.js'
import { commandLine } from './command-line.js'
import { contents, fill, orders } from './shop-records.js'

const HEAD = '{"format":"unitflow-records","version":1}'

/** An export of these lines. */
function exportOf(...lines: readonly string[]): string {
  return [HEAD, ...lines, `{"records":${lines.length}}`, ''].join('\n')
}

const deep = `${'['.repeat(1001)}${']'.repeat(1001)}`
const endless = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

describe('records import', () => {
  test('writes all, and says how many', async () => {
    const { run, write, folder } = await commandLine()
    await write(
      'in.jsonl',
      exportOf('{"key":["orders",1],"value":{"total":1}}', '{"key":["due",2],"value":null}'),
    )
    expect((await run(['records', 'import', 'new.db', 'in.jsonl', '--json'])).json()).toEqual({
      written: 2,
      replaced: 0,
    })
    const expected = new Map<string, unknown>([
      ['["due",2]', null],
      ['["orders",1]', { total: 1 }],
    ])
    expect(await contents(folder, 'new.db')).toEqual(expected)
    // Written by hand: other spaces, another end of lines, no newline at the end.
    const byHand = `${HEAD}\r\n { "value" : {"total":1.0}, "key" : ["orders", 1] } \r\n{"key":["due",2e0],"value":null}\r\n{"records":2}`
    expect(await run(['records', 'import', 'other.db', '-'], { stdin: byHand })).toMatchObject({
      code: 0,
      err: '',
    })
    expect(await contents(folder, 'other.db')).toEqual(expected)
    expect(await run(['records', 'import', 'none.db'], { stdin: exportOf() })).toMatchObject({
      code: 0,
      out: 'none.db: 0 records written\n',
    })
  })

  test.each([
    ['nothing', '', 1, /found nothing/],
    ['an empty line', '\n', 1, /JSON object/],
    ['other JSON lines', '{"a":1}\n', 1, /this is no export of records/],
    ['a database', 'SQLite format 3\u0000', 1, /JSON object, found SQLite format 3/],
    ['another format', '{"format":"other","version":1}\n', 1, /"unitflow-records"/],
    [
      'a later version',
      '{"format":"unitflow-records","version":2}\n',
      1,
      /expected version 1 of the format, found 2/,
    ],
    [
      'a field of the head',
      '{"format":"unitflow-records","version":1,"codec":"x"}\n',
      1,
      /found the field "codec"/,
    ],
    ['a list', exportOf('[["a",1],1]'), 2, /JSON object/],
    [
      'a line that is no JSON',
      exportOf('{"key":["a"],"value":1}', '{"key":["a",1],"value"'),
      3,
      /JSON object/,
    ],
    [
      'an unknown field',
      exportOf('{"key":["a",1],"value":1,"ttl":5}'),
      2,
      /expected key and value, found the field "ttl"/,
    ],
    ['no value', exportOf('{"key":["a",1]}'), 2, /the field "value"/],
    ['no key', exportOf('{"value":1}'), 2, /the field "key"/],
    ['a key that is none', exportOf('{"key":["a",null],"value":1}'), 2, /record key/],
    ['a key that is a text', exportOf('{"key":"a","value":1}'), 2, /record key/],
    ['a key that is empty', exportOf('{"key":[],"value":1}'), 2, /record key/],
    ['a collection that is none', exportOf('{"key":["A b",1],"value":1}'), 2, /a collection/],
    ['a key that is too long', exportOf(`{"key":["a","${'k'.repeat(450)}"],"value":1}`), 2, /900 bytes/],
    ['a number that is too large', exportOf('{"key":["a",1],"value":1e999}'), 2, /beyond those of JSON/],
    ['-0', exportOf('{"key":["a",1],"value":[-0]}'), 2, /beyond those of JSON/],
    ['an infinite key', exportOf('{"key":["a",1e999],"value":1}'), 2, /record key/],
    [
      'a tag of a later version',
      exportOf('{"key":["a",1],"value":[{"$type":"decimal","value":"1"}]}'),
      2,
      /decimal/,
    ],
    [
      'more in a tag',
      exportOf('{"key":["a",1],"value":{"$type":"undefined","x":1}}'),
      2,
      /undefined is no value|not in the form/,
    ],
    [
      'more in a tag inside',
      exportOf('{"key":["a",1],"value":[{"$type":"bigint","value":"1","x":1}]}'),
      2,
      /not in the form/,
    ],
    [
      'a date of another form',
      exportOf('{"key":["a",1],"value":{"$type":"date","value":"2026-01-31"}}'),
      2,
      /not in the form/,
    ],
    ['undefined', exportOf('{"key":["a",1],"value":{"$type":"undefined"}}'), 2, /undefined is no value/],
    [
      'a value that is too large',
      exportOf(`{"key":["a",1],"value":"${'é'.repeat(524_288)}"}`),
      2,
      /1048578 bytes/,
    ],
    ['a value that is too deep', exportOf(`{"key":["a",1],"value":${deep}}`), 2, /1000 levels/],
    [
      'a value without bottom',
      exportOf(`{"key":["a",1],"value":${endless}}`),
      2,
      /nested too deep|1000 levels/,
    ],
    [
      'a tagged value without bottom',
      exportOf(`{"key":["a",1],"value":[{"$type":"undefined"},${endless}]}`),
      2,
      /nested too deep/,
    ],
    [
      'a key twice',
      exportOf('{"key":["a",0],"value":1}', '{"key":["a",1],"value":1}', '{"key":["a",-0],"value":2}'),
      4,
      /line 2 already/,
    ],
    [
      'a record too few',
      `${HEAD}\n{"key":["a"],"value":1}\n{"records":2}\n`,
      3,
      /says that there are 2 records, and here are 1/,
    ],
    [
      'a record too many',
      `${HEAD}\n{"key":["a"],"value":1}\n{"records":0}\n`,
      3,
      /says that there are 0 records/,
    ],
    ['a count that is none', `${HEAD}\n{"records":"0"}\n`, 2, /says that there are "0"/],
    ['something after the end', `${exportOf()}{"key":["a"],"value":1}\n`, 3, /nothing after the line/],
    ['an empty line after the end', `${exportOf()}\n`, 3, /JSON object/],
    ['two exports', exportOf() + exportOf(), 3, /nothing after the line/],
  ])('refuses %s, names the line, and makes no file', async (_, input, line, message) => {
    const { run, folder } = await commandLine()
    const outcome = await run(['records', 'import', 'new.db', '-'], { stdin: input })
    expect(outcome).toMatchObject({ code: 3, out: '' })
    expect(outcome.err).toMatch(/^error\[bad-line\] stdin: /)
    expect(outcome.err).toMatch(message)
    expect(outcome.err).toContain(`\n  in stdin, line ${line}\n`)
    expect(outcome.err.length).toBeLessThan(800)
    expect(readdirSync(folder)).toEqual([])
    const asJson = await run(['records', 'import', 'new.db', '-', '--json'], { stdin: input })
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'bad-line', input: 'stdin', fields: { line } },
      exitCode: 3,
    })
  })

  test('refuses what is no UTF-8', async () => {
    const { run } = await commandLine()
    const bytes = new TextEncoder().encode(exportOf('{"key":["a",1],"value":"x"}'))
    bytes[bytes.indexOf(120)] = 0xff
    const outcome = await run(['records', 'import', 'new.db', '-'], { stdin: bytes })
    expect(outcome).toMatchObject({ code: 3, out: '' })
    expect(outcome.err).toContain('line 2')
  })

  test('an export that was cut off is refused, wherever that was', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(4))
    const whole = (await run(['records', 'export', 'shop.db'])).out
    for (let length = 0; length < whole.length - 1; length++) {
      const outcome = await run(['records', 'import', 'new.db', '-'], { stdin: whole.slice(0, length) })
      expect(outcome, `${length} of ${whole.length}`).toMatchObject({ code: 3, out: '' })
    }
    expect(existsSync(join(folder, 'new.db'))).toBe(false)
    const lines = whole.split('\n').slice(0, 4).join('\n')
    const cut = await run(['records', 'import', 'new.db', '-'], { stdin: `${lines}\n` })
    expect(cut.err).toMatch(/the export is cut off here.*\n {2}in stdin, line 4\n.*\{"records":3\}\n$/)
  })

  test('leaves records that are there alone, unless it may replace them: all or nothing', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(3))
    const before = await contents(folder, 'shop.db')
    const input = exportOf(
      '{"key":["orders",1],"value":"new"}',
      '{"key":["orders",4712],"value":"other"}',
      '{"key":["orders",4713],"value":"other"}',
    )
    const refused = await run(['records', 'import', 'shop.db', '-'], { stdin: input })
    expect(refused).toMatchObject({ code: 3, out: '' })
    expect(refused.err).toBe(
      'error[record-exists] stdin: the record ["orders",4712] is there already, and nothing was written\n' +
        '  in stdin, line 3\n' +
        'hint: --replace writes over what is there.\n',
    )
    expect(await contents(folder, 'shop.db')).toEqual(before)
    const bad = input.replace('"other"', '{"$type":"later"}')
    expect(await run(['records', 'import', 'shop.db', '-', '--replace'], { stdin: bad })).toMatchObject({
      code: 3,
    })
    expect(await contents(folder, 'shop.db')).toEqual(before)
    expect(await run(['records', 'import', 'shop.db', '-', '--replace'], { stdin: input })).toMatchObject({
      code: 0,
      out: 'shop.db: 3 records written, 2 of them in the place of others\n',
      err: '',
    })
    expect(Object.fromEntries(await contents(folder, 'shop.db'))).toEqual({
      '["orders",1]': 'new',
      '["orders",4711]': { customer: 'Ada', total: 0 },
      '["orders",4712]': 'other',
      '["orders",4713]': 'other',
    })
  })

  test('mends records that somebody has altered', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(3))
    const whole = (await run(['records', 'export', 'shop.db'])).out
    const database = new DatabaseSync(join(folder, 'shop.db'))
    database.exec("UPDATE orders SET value = 'half'")
    database.close()
    expect(await run(['records', 'import', 'shop.db', '-'], { stdin: whole })).toMatchObject({ code: 3 })
    expect(await run(['records', 'import', 'shop.db', '-', '--replace'], { stdin: whole })).toMatchObject({
      code: 0,
    })
    expect(await run(['records', 'check', 'shop.db'])).toMatchObject({ code: 0 })
  })

  test('into a folder that is not there, a file of something else, from a file that is not there', async () => {
    const { run, write, read } = await commandLine()
    await write('in.jsonl', exportOf('{"key":["a"],"value":1}'))
    const nowhere = await run(['records', 'import', 'none/new.db', 'in.jsonl'])
    expect(nowhere).toMatchObject({ code: 4, out: '' })
    expect(nowhere.err).toMatch(
      /^error\[root-missing\] .*none" does not exist\nhint: Make the folder first\.\n$/,
    )
    const foreign = await run(['records', 'import', 'in.jsonl', 'in.jsonl'])
    expect(foreign).toMatchObject({ code: 4, out: '' })
    expect(foreign.err).toMatch(/^error\[foreign-store\] ".*in\.jsonl" holds no records/)
    expect(await read('in.jsonl')).toBe(exportOf('{"key":["a"],"value":1}'))
    expect(await run(['records', 'import', 'new.db', 'none.jsonl'])).toMatchObject({
      code: 4,
      err: 'error[file] cannot read none.jsonl: there is no such file or folder\n',
    })
  })

  test('more bytes than it may take are limit-exceeded', async () => {
    const { run, folder } = await commandLine()
    const stdin = exportOf('{"key":["a"],"value":1}')
    const refused = await run(['records', 'import', 'new.db', '-', '--limit', 'bytes=79'], { stdin })
    expect(refused).toMatchObject({ code: 3, out: '' })
    expect(refused.err).toMatch(/error\[limit-exceeded\].* more than 79 bytes\nhint: .*--limit bytes=790/)
    expect(readdirSync(folder)).toEqual([])
    expect(await run(['records', 'import', 'new.db', '-', '--limit', 'bytes=80'], { stdin })).toMatchObject({
      code: 0,
    })
    expect(await run(['records', 'import', 'new.db', '-', '--limit', 'depth=5'], { stdin })).toMatchObject({
      code: 2,
    })
  })

  test('interrupted while it reads, or waits to write: 130, and nothing is there', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(5000))
    const stdin = (await run(['records', 'export', 'shop.db'])).out
    const interrupted = { code: 130, out: '', err: 'error[interrupted] ended before it was done\n' }
    const reading = new AbortController()
    setImmediate(() => reading.abort(new Error('ended')))
    expect(await run(['records', 'import', 'new.db', '-'], { stdin, signal: reading.signal })).toMatchObject(
      interrupted,
    )
    expect(existsSync(join(folder, 'new.db'))).toBe(false)
    const waiting = new AbortController()
    const openRecords = (path: string): SqliteRecords => {
      const records = createSqliteRecords({ path })
      return {
        ...records,
        transact: (work, options) => {
          const settled = records.transact(work, options)
          waiting.abort(new Error('ended'))
          return settled
        },
      }
    }
    expect(
      await run(['records', 'import', 'shop.db', '-', '--replace'], {
        stdin,
        signal: waiting.signal,
        io: { openRecords },
      }),
    ).toMatchObject(interrupted)
    expect(await run(['records', 'check', 'shop.db'])).toMatchObject({ code: 0 })
  })

  test('100,000 records in one transaction', async () => {
    const { run, folder } = await commandLine()
    const lines = Array.from(
      { length: 100_000 },
      (_, number) => `{"key":["orders",${number}],"value":{"total":${number}}}`,
    )
    expect(await run(['records', 'import', 'new.db', '-'], { stdin: exportOf(...lines) })).toMatchObject({
      code: 0,
      out: 'new.db: 100,000 records written\n',
    })
    expect((await run(['records', 'ls', 'new.db', '--json'])).json()).toMatchObject([{ records: 100_000 }])
    expect((await contents(folder, 'new.db')).get('["orders",99999]')).toEqual({ total: 99_999 })
  }, 60_000)
})
