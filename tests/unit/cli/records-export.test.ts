import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecordKey, Value } from '../../../ts/records/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { actsOnTerminal, commandLine } from './command-line.js'
import { contents, fill, orders } from './shop-records.js'

const HEAD = '{"format":"unitflow-records","version":1}'

const ODD: readonly (readonly [RecordKey, Value])[] = [
  [
    ['odd', -1e-300],
    [undefined, NaN, -0, Infinity, -Infinity, 1e300, 5e-324],
  ],
  [['odd', 0], 2n ** 80n],
  [['odd', ''], new Date(8.64e15)],
  [['odd', 'a', 1], new Date(NaN)],
  [['odd', 'a\u0000b'], new Uint8Array([0, 127, 128, 255])],
  [['odd', '\ud83d'], '\ud83d\u0000\u001b\u2028\n\udc00'],
  [['odd', '\ud83d\ude00'], new Map<Value, Value>([[{ a: 1 }, new Set<Value>([null, undefined])]])],
  [['odd', '\uffff'], { $type: 'date', value: 'not one', ['__proto__']: 1 }],
  [['sqlite_odd'], ''],
]

describe('records export', () => {
  test('JSON lines: a head, a line each in the order of keys, and how many', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      transaction.set(['orders', 12], { total: 1 })
      transaction.set(['orders', 'x'], { total: 2 })
      transaction.set(['orders', -1], { placed: new Date(0) })
      transaction.set(['due', 5, 12], 'remind\u001b')
    })
    const lines = [
      HEAD,
      '{"key":["due",5,12],"value":"remind\\u001b"}',
      '{"key":["orders",-1],"value":{"placed":{"$type":"date","value":"1970-01-01T00:00:00.000Z"}}}',
      '{"key":["orders",12],"value":{"total":1}}',
      '{"key":["orders","x"],"value":{"total":2}}',
      '{"records":4}',
      '',
    ]
    expect(await run(['records', 'export', 'shop.db'])).toMatchObject({
      code: 0,
      err: '',
      out: lines.join('\n'),
    })
    const due = await run(['records', 'export', 'shop.db', '-c', 'due'])
    expect(due.out).toBe([HEAD, lines[1], '{"records":1}', ''].join('\n'))
    const both = await run(['records', 'export', 'shop.db', '--collection', 'orders', '--collection', 'due'])
    expect(both.out).toBe(lines.join('\n'))
    const unknown = await run(['records', 'export', 'shop.db', '-c', 'due', '-c', 'order'])
    expect(unknown).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringContaining('no collection "order"') as string,
    })
    expect(readdirSync(folder)).toEqual(['shop.db'])
  })

  test('into a file: what was written is told', async () => {
    const { run, folder, read } = await commandLine()
    await fill(folder, 'shop.db', orders(1234))
    expect(await run(['records', 'export', 'shop.db', '-o', 'shop.jsonl'])).toMatchObject({
      code: 0,
      out: 'shop.jsonl: 1,234 records\n',
      err: '',
    })
    const text = await read('shop.jsonl')
    expect(text).toBe((await run(['records', 'export', 'shop.db'])).out)
    expect(text.split('\n')).toHaveLength(1237)
    expect((await run(['records', 'export', 'shop.db', '-o', 'shop.jsonl', '--json'])).json()).toEqual({
      output: 'shop.jsonl',
      records: 1234,
    })
    expect(await run(['records', 'export', 'shop.db', '-o', 'none/shop.jsonl'])).toMatchObject({
      code: 4,
      out: '',
    })
  })

  test('pages end where they end', async () => {
    const { run, folder } = await commandLine()
    for (const count of [0, 1, 99, 100, 101, 102, 200, 201, 202, 500]) {
      const name = `${count}.db`
      await fill(folder, name, orders(count))
      const { out } = await run(['records', 'export', name])
      const numbers = [...out.matchAll(/"key":\["orders",(\d+)\]/g)].map(([, number]) => Number(number))
      expect(numbers, name).toEqual(Array.from({ length: count }, (_, index) => 4711 + index))
      expect(out).toContain(`{"records":${count}}`)
    }
  })

  test('never writes over the records that it reads, by whatever name', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(3))
    symlinkSync('shop.db', join(folder, 'link.db'))
    const before = readFileSync(join(folder, 'shop.db'))
    for (const output of [
      'shop.db',
      './shop.db',
      'shop.db-wal',
      'shop.db-shm',
      'shop.db-journal',
      'link.db',
    ]) {
      expect(await run(['records', 'export', 'shop.db', '-o', output]), output).toMatchObject({
        code: 2,
        out: '',
      })
    }
    expect(await run(['records', 'export', 'link.db', '-o', 'shop.db'])).toMatchObject({ code: 2, out: '' })
    expect(readFileSync(join(folder, 'shop.db')).equals(before)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['link.db', 'shop.db'])
  })

  test('is one state of all records, whatever others write while somebody reads slowly', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      for (let number = 0; number < 3000; number++) transaction.set(['pairs', number], 'x'.repeat(100))
      transaction.set(['a', 'sum'], 0)
      transaction.set(['z', 'sum'], 0)
    })
    const store = createSqliteRecords({ path: join(folder, 'shop.db') })
    let pieces = 0
    let text = ''
    const writeStdout = async (content: AsyncIterable<string>): Promise<void> => {
      for await (const piece of content) {
        text += piece
        pieces++
        await store.transact((transaction) => {
          transaction.set(['a', 'sum'], pieces)
          transaction.set(['z', 'sum'], pieces)
          transaction.delete(['pairs', 3000 - pieces])
        })
      }
    }
    expect(await run(['records', 'export', 'shop.db'], { io: { writeStdout } })).toMatchObject({ code: 0 })
    await store.close()
    expect(pieces).toBeGreaterThan(3)
    expect(text).toContain('{"key":["a","sum"],"value":0}')
    expect(text).toContain('{"key":["z","sum"],"value":0}')
    expect(text).toContain('{"records":3002}')
  })

  test('a record that was altered is told, and no file is left', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(300))
    const database = new DatabaseSync(join(folder, 'shop.db'))
    database.exec(`UPDATE orders SET value = '{"$type":"later"}' WHERE key_json = '["orders",4900]'`)
    database.close()
    const outcome = await run(['records', 'export', 'shop.db'])
    expect(outcome.code).toBe(4)
    expect(outcome.err).toMatch(/^error\[bad-value-form\] .*"later".*\nhint: unitflow records check/)
    // Whoever takes what has come so far sees that it is not all.
    expect(await run(['records', 'import', 'new.db', '-'], { stdin: outcome.out })).toMatchObject({ code: 3 })
    const toFile = await run(['records', 'export', 'shop.db', '-o', 'shop.jsonl'])
    expect(toFile.err).toMatch(/^error\[bad-value-form\] /)
  })

  test('interrupted between two pieces: 130, and the temporary copy is gone', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', orders(5000))
    const interruption = new AbortController()
    let text = ''
    const writeStdout = async (content: AsyncIterable<string>): Promise<void> => {
      for await (const piece of content) {
        text += piece
        interruption.abort(new Error('ended'))
      }
    }
    const outcome = await run(['records', 'export', 'shop.db'], {
      signal: interruption.signal,
      io: { writeStdout },
    })
    expect(outcome).toMatchObject({ code: 130, err: 'error[interrupted] ended before it was done\n' })
    expect(text).not.toContain('"records"')
    expect(readdirSync(folder)).toEqual(['shop.db'])
  })
})

describe('export and import', () => {
  test('give back all keys and values as they were, the odd ones too', async () => {
    const { run, folder } = await commandLine()
    await fill(folder, 'shop.db', (transaction) => {
      for (const [key, value] of ODD) transaction.set(key, value)
    })
    const exported = await run(['records', 'export', 'shop.db'])
    expect(actsOnTerminal(exported.out)).toBe(false)
    expect(await run(['records', 'import', 'new.db'], { stdin: exported.out })).toMatchObject({
      code: 0,
      out: `new.db: ${ODD.length} records written\n`,
      err: '',
    })
    expect(await contents(folder, 'new.db')).toEqual(await contents(folder, 'shop.db'))
    expect((await contents(folder, 'new.db')).size).toBe(ODD.length)
    expect((await run(['records', 'export', 'new.db'])).out).toBe(exported.out)
  })

  test('the same for random keys and values', async () => {
    const { run, folder } = await commandLine()
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom('\ud800', '\udfff', '\u0000', '$type'),
    )
    const element = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), text)
    const key = fc
      .tuple(fc.constantFrom('a', 'order', 'sqlite_a'), fc.array(element, { maxLength: 5 }))
      .map(([collection, rest]): RecordKey => [collection, ...rest])
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Value>(null, undefined, true, NaN, -0, Infinity),
        fc.double(),
        fc.bigInt(),
        text,
        fc.date({ noInvalidDate: false }),
        fc.uint8Array({ maxLength: 10 }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
        fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
      ),
    }))
    let rounds = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, value), { maxLength: 20 }), async (entries) => {
        const [from, to] = [`${++rounds}.db`, `${rounds}-new.db`]
        await fill(folder, from, (transaction) => {
          for (const [name, content] of entries) transaction.set(name, content === undefined ? null : content)
        })
        const exported = await run(['records', 'export', from])
        expect(actsOnTerminal(exported.out)).toBe(false)
        expect(await run(['records', 'import', to, '-'], { stdin: exported.out })).toMatchObject({ code: 0 })
        expect((await run(['records', 'export', to])).out).toBe(exported.out)
      }),
      { numRuns: 40 },
    )
  })
})
