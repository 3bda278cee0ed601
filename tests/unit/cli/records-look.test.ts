import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { UnitflowError } from '../../../ts/errors/index.js'
import { displayWidth } from '../../../ts/cli/shorten.js'
import { actsOnTerminal, commandLine } from './command-line.js'
import { contents, fill, orders } from './shop-records.js'

const COMMANDS = ['ls', 'get', 'check', 'backup', 'export', 'import']
const ESCAPE = '\u001b'

describe('records', () => {
  test('--help names every command, at 80 columns', async () => {
    const { run } = await commandLine()
    const help = await run(['records', '--help'])
    for (const command of COMMANDS) expect(help.out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    for (const command of COMMANDS) {
      const own = await run(['records', command, '--help'])
      expect(own, command).toMatchObject({ code: 0, err: '' })
      expect(own.out).toMatch(new RegExp(`^Usage: unitflow records ${command} \\[options\\] <file>`))
      expect(own.out).toContain('--json')
      for (const line of own.out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
    expect(await run(['records'])).toMatchObject({ code: 2, out: '' })
    expect(await run(['records', 'exprot', 'x'])).toMatchObject({ code: 2 })
  })

  test('where there is no file, none is made: exit code 4', async () => {
    const { run, folder } = await commandLine()
    for (const line of [
      ['ls', 'shop.db'],
      ['ls', 'shop.db', 'orders'],
      ['get', 'shop.db', '["orders",1]'],
      ['check', 'shop.db'],
      ['backup', 'shop.db', 'copy.db'],
      ['export', 'shop.db'],
      ['export', 'shop.db', '-o', 'shop.jsonl'],
    ]) {
      const outcome = await run(['records', ...line])
      expect(outcome, line.join(' ')).toMatchObject({ code: 4, out: '' })
      expect(outcome.err).toMatch(
        /^error\[store-missing\] there is no file ".*shop\.db"\nhint: Only unitflow/,
      )
    }
    expect(readdirSync(folder)).toEqual([])
  })

  test('a file of something else is refused, and stays as it is', async () => {
    const { run, write, read } = await commandLine()
    await write('notes.txt', 'my notes\n'.repeat(1000))
    await write('empty.db', '')
    for (const name of ['notes.txt', 'empty.db', '.']) {
      const outcome = await run(['records', 'ls', name])
      expect(outcome, name).toMatchObject({ code: 4, out: '' })
      expect(outcome.err).toMatch(/^error\[foreign-store\] /)
    }
    expect(await read('notes.txt')).toBe('my notes\n'.repeat(1000))
    expect(await read('empty.db')).toBe('')
  })

  test('--json gives one document and nothing on stderr', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(2))
    for (const line of [
      ['ls', 'shop.db'],
      ['ls', 'shop.db', 'orders'],
      ['get', 'shop.db', '["orders",4711]'],
      ['check', 'shop.db'],
      ['backup', 'shop.db', 'copy.db'],
      ['export', 'shop.db', '-o', 'shop.jsonl'],
      ['import', 'new.db', 'shop.jsonl'],
    ]) {
      const outcome = await run(['records', ...line, '--json'], { tty: true })
      expect(outcome, line.join(' ')).toMatchObject({ code: 0, err: '' })
      expect(() => outcome.json(), line.join(' ')).not.toThrow()
    }
    expect(await run(['records', 'export', 'shop.db', '--json'])).toMatchObject({ code: 2, out: '' })
  })

  test('a runtime without SQLite is told what to run', async () => {
    const { run } = await commandLine()
    const openRecords = (): never => {
      const reason = 'node:sqlite comes with Node 22.13, and this is node v20.19.0'
      throw new UnitflowError('sqlite-unavailable', `${reason}: hand another over as open`, { reason })
    }
    expect(await run(['records', 'ls', 'shop.db'], { io: { openRecords } })).toEqual(
      expect.objectContaining({
        code: 4,
        out: '',
        err:
          'error[sqlite-unavailable] node:sqlite comes with Node 22.13, and this is node v20.19.0\n' +
          'hint: Run this with Node 22.13 or later.\n',
      }),
    )
  })

  test('a file of a later version says so', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(1))
    const database = new DatabaseSync(join(folder, 'shop.db'))
    database.exec('PRAGMA user_version = 7')
    database.close()
    const outcome = await run(['records', 'ls', 'shop.db'])
    expect(outcome).toMatchObject({ code: 4, out: '' })
    expect(outcome.err).toMatch(/^error\[newer-schema\] .*schema 7/)
  })
})

test('the commands in README work as they stand', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, block = ''] = /<!-- records -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const { run, folder } = await commandLine()
  await fill(folder, 'shop.db', orders(5))
  const lines = block.trim().split('\n')
  expect(lines.map((line) => line.split(' ')[3])).toEqual(['ls', ...COMMANDS])
  for (const line of lines) {
    // As a shell does it, as far as the lines need it.
    const [, , ...argv] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    )
    const outcome = await run(argv)
    expect(outcome, line).toMatchObject({ code: 0, err: '' })
    expect(outcome.out, line).not.toBe('')
  }
  expect(await contents(folder, 'new.db')).toEqual(await contents(folder, 'shop.db'))
})

describe('records ls', () => {
  test('the collections by name, with how much is in them', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      orders(1200)(transaction)
      transaction.set(['due', 1, 4711], 'remind')
    })
    const listed = await run(['records', 'ls', 'shop.db'])
    expect(listed).toMatchObject({ code: 0, err: '' })
    expect(listed.out).toBe(
      'Collection  Records  Values\ndue               1     8 B\norders        1,200   36 KB\n',
    )
    expect((await run(['records', 'ls', 'shop.db', '--json'])).json()).toMatchObject([
      { collection: 'due', records: 1, bytes: 8 },
      { collection: 'orders', records: 1200 },
    ])
  })

  test('a file without records is no error', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', () => undefined)
    expect(await run(['records', 'ls', 'shop.db'])).toMatchObject({
      code: 0,
      out: '',
      err: 'shop.db holds no records yet\n',
    })
    expect((await run(['records', 'ls', 'shop.db', '--json'])).json()).toEqual([])
  })

  test('records of a collection, or whose keys begin so, in order, and that there are more', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      orders(150)(transaction)
      transaction.set(['lines', 1, 'a'], 1)
      transaction.set(['lines', 1, 'b'], 2)
      transaction.set(['lines', 11, 'a'], 3)
    })
    const first = await run(['records', 'ls', 'shop.db', 'orders'])
    expect(first.out.trim().split('\n')).toHaveLength(101)
    expect(first.out).toMatch(/^\["orders",4711\] +28 B +\{"customer":"Ada","total":0\}$/m)
    expect(first.err).toBe('there are more: --limit 1000 shows more of them\n')
    const all = await run(['records', 'ls', 'shop.db', 'orders', '--limit', '150'])
    expect(all).toMatchObject({ err: '' })
    const last = await run(['records', 'ls', 'shop.db', 'orders', '--reverse', '--limit', '2', '--json'])
    expect(last.json()).toMatchObject({
      records: [{ key: ['orders', 4860] }, { key: ['orders', 4859] }],
      more: true,
    })
    expect((await run(['records', 'ls', 'shop.db', '["lines",1]', '--json'])).json()).toEqual({
      records: [
        { key: ['lines', 1, 'a'], value: 1 },
        { key: ['lines', 1, 'b'], value: 2 },
      ],
      more: false,
    })
    expect(await run(['records', 'ls', 'shop.db', 'nothing'])).toMatchObject({
      code: 0,
      out: '',
      err: 'no key in shop.db begins with ["nothing"]\n',
    })
    for (const wrong of [
      ['--reverse'],
      ['--limit', '5'],
      ['orders', '--limit', '0'],
      ['["orders"'],
      ['[]'],
    ]) {
      expect(await run(['records', 'ls', 'shop.db', ...wrong]), wrong.join(' ')).toMatchObject({ code: 2 })
    }
  })

  test('fits 80 columns, with values up to the largest', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      transaction.set(['orders', 'k'.repeat(440)], 'x'.repeat(1_000_000))
      transaction.set(['orders', '日本'.repeat(50)], '日本語'.repeat(1000))
    })
    const { out } = await run(['records', 'ls', 'shop.db', 'orders'])
    for (const line of out.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(80)
    expect(out).toMatch(/ 1\.0 MB {2}"x+\u2026$/m)
  })
})

describe('records get', () => {
  test('the value as JSON, and what JSON cannot say as it is stored', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      transaction.set(['orders', 1], { total: 12n, placed: new Date(0), gone: undefined })
      transaction.set(['orders'], -0)
    })
    expect(await run(['records', 'get', 'shop.db', '["orders", 1]'])).toMatchObject({ code: 0, err: '' })
    expect((await run(['records', 'get', 'shop.db', '["orders",1]'])).json()).toEqual({
      total: { $type: 'bigint', value: '12' },
      placed: { $type: 'date', value: '1970-01-01T00:00:00.000Z' },
      gone: { $type: 'undefined' },
    })
    expect((await run(['records', 'get', 'shop.db', 'orders', '--json'])).json()).toEqual({
      key: ['orders'],
      value: { $type: 'number', value: '-0' },
    })
  })

  test('a record that is not there: exit code 4, and what to look at', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(1))
    expect(await run(['records', 'get', 'shop.db', '["orders",1]'])).toMatchObject({
      code: 4,
      out: '',
      err:
        'error[unknown-record] shop.db has no record ["orders",1]\n' +
        'hint: unitflow records ls shop.db orders shows what there is.\n',
    })
    const asJson = await run(['records', 'get', 'shop.db', '["orders",1]', '--json'])
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'unknown-record', fields: { key: ['orders', 1] } },
      exitCode: 4,
    })
  })

  test('what is no key: exit code 2, and how one is written', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(1))
    for (const key of [
      '[orders,1]',
      '["orders",null]',
      '["orders",[1]]',
      '["Orders"]',
      'Orders',
      '["o",1e999]',
      '',
    ]) {
      const outcome = await run(['records', 'get', 'shop.db', key])
      expect(outcome, key).toMatchObject({ code: 2, out: '' })
      expect(outcome.err).toContain(`hint: Quoted for the shell a key looks like '["orders",4711]'`)
    }
  })
})

describe('records check', () => {
  test('finds what is not as it was written: exit code 1, a line each', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(3))
    expect(await run(['records', 'check', 'shop.db'])).toMatchObject({
      code: 0,
      out: 'shop.db: all as written\n',
      err: '',
    })
    const database = new DatabaseSync(join(folder, 'shop.db'))
    database.exec("UPDATE orders SET value = 'half' WHERE rowid < 3")
    database.close()
    const found = await run(['records', 'check', 'shop.db'])
    expect(found).toMatchObject({ code: 1, err: '' })
    expect(found.out).toBe(
      'shop.db: 2 problems\n' +
        'orders: the record ["orders",4711] has a value that is no form of one\n' +
        'orders: the record ["orders",4712] has a value that is no form of one\n',
    )
    const asJson = await run(['records', 'check', 'shop.db', '--json'])
    expect(asJson.code).toBe(1)
    expect(asJson.json()).toMatchObject({ problems: { length: 2 } })
    // The other commands say where to look.
    const refused = await run(['records', 'get', 'shop.db', '["orders",4711]'])
    expect(refused).toMatchObject({ code: 4, out: '' })
    expect(refused.err).toContain('hint: unitflow records check says which records')
  })

  test('a file that was copied in part is a finding, too', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(2000))
    for (const [length, problem] of [
      [statSync(join(folder, 'shop.db')).size - 1, /its last page is not whole/],
      [49_152, /malformed/],
    ] as const) {
      truncateSync(join(folder, 'shop.db'), length)
      const found = await run(['records', 'check', 'shop.db'])
      expect(found).toMatchObject({ code: 1, err: '' })
      expect(found.out).toMatch(/^shop\.db: 1 problem\n.+\n$/)
      expect(found.out).toMatch(problem)
    }
  })
})

describe('records backup', () => {
  test('copies all, and never takes the place of a file', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(30))
    expect(await run(['records', 'backup', 'shop.db', 'copy.db'])).toMatchObject({
      code: 0,
      out: 'copy.db: 30 records\n',
      err: '',
    })
    expect(await contents(folder, 'copy.db')).toEqual(await contents(folder, 'shop.db'))
    writeFileSync(join(folder, 'mine.txt'), 'mine')
    for (const target of ['copy.db', 'shop.db', 'mine.txt']) {
      const outcome = await run(['records', 'backup', 'shop.db', target])
      expect(outcome, target).toMatchObject({ code: 2, out: '' })
      expect(outcome.err).toContain('nothing yet')
    }
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('mine')
    expect(await run(['records', 'backup', 'shop.db', 'none/copy.db'])).toMatchObject({ code: 4, out: '' })
    expect(readdirSync(folder).sort()).toEqual(['copy.db', 'mine.txt', 'shop.db'])
  })
})

test('U28 no key, value or name acts on a terminal, and JSON says the same all the same', async () => {
  const { run, folder, read } = await commandLine()
  const hostile = [
    `${ESCAPE}[2J${ESCAPE}]0;owned\u0007`,
    '\u009b31m',
    '\u202etxt.exe',
    '\ud800',
    '\u2028\n\r',
    '\u007f',
  ]
  await fill(folder, 'shop.db', (transaction) => {
    hostile.forEach((text) => transaction.set(['odd', text], { [text]: text }))
  })
  const [first = ''] = hostile
  const database = new DatabaseSync(join(folder, 'shop.db'))
  database.exec(
    `CREATE TABLE bad (key BLOB, key_json TEXT, value TEXT); INSERT INTO bad VALUES (1, '${first}', '')`,
  )
  database.close()
  for (const line of [
    ['ls', 'shop.db'],
    ['ls', 'shop.db', 'odd'],
    ['ls', 'shop.db', JSON.stringify(['odd', `${first}x`])],
    ...hostile.map((text) => ['get', 'shop.db', JSON.stringify(['odd', text])]),
    ['get', 'shop.db', JSON.stringify(['odd', `${first}x`])],
    ['get', 'shop.db', first],
    ['get', 'shop.db', `[${first}`],
    ['check', 'shop.db'],
    ['check', `${first}.db`],
    ['backup', 'shop.db', `${first}.db`],
    ['backup', 'shop.db', `${first}.db`],
    ['export', 'shop.db', '-c', 'odd'],
    ['export', 'shop.db', '-c', first],
    ['export', 'shop.db', '-c', 'odd', '-o', `${first}.jsonl`],
    ['import', `${first}2.db`, `${first}.jsonl`],
    ['import', `${first}2.db`, `${first}.jsonl`],
    ['import', 'x.db', `${first}nowhere`],
  ]) {
    const { out, err } = await run(['records', ...line], { tty: true, env: { NO_COLOR: '1' } })
    expect(out + err, line.join(' ')).not.toBe('')
    expect(actsOnTerminal(out), `${line.join(' ')}: ${JSON.stringify(out)}`).toBe(false)
    expect(actsOnTerminal(err), `${line.join(' ')}: ${JSON.stringify(err)}`).toBe(false)
  }
  const [text = ''] = hostile.slice(-1)
  expect((await run(['records', 'get', 'shop.db', JSON.stringify(['odd', text])])).json()).toEqual({
    [text]: text,
  })
  // Also in a file, which somebody may show.
  expect(actsOnTerminal(await read(`${first}.jsonl`))).toBe(false)
  expect(await contents(folder, `${first}2.db`)).toEqual(
    new Map(hostile.map((it) => [JSON.stringify(['odd', it]), { [it]: it }])),
  )
})
