import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../ts/flows/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { actsOnTerminal, commandLine } from './command-line.js'
import type { CommandLine, Outcome, Surroundings } from './command-line.js'
import { Terminal } from './terminal.js'

const NO_COLOR = { NO_COLOR: '1' }

interface Bench extends CommandLine {
  readonly flows: (argv: readonly string[], surroundings?: Surroundings) => Promise<Outcome>
  /** Ends what runs, as ^C does. */
  readonly interruption: AbortController
  /** How often the bank was asked. */
  readonly asked: () => number
  /** From now on the bank takes every card. */
  readonly mend: () => void
}

async function bench(): Promise<Bench> {
  const line = await commandLine()
  await line.write('flows.mjs', '')
  const interruption = new AbortController()
  let asked = 0
  let isMended = false
  const retry = { attempts: 3, backoff: { initial: '1ms', factor: 1 }, jitter: 0 } as const
  const load = defineTask({
    name: 'load',
    inputs: { item: of<string>() },
    outputs: { price: of<number>() },
    run: ({ item }, { progress }) => {
      progress(50, 'half\u001b[2J of it')
      return { price: item.length }
    },
  })
  const charge = defineTask({
    name: 'charge',
    inputs: { price: of<number>() },
    outputs: { receipt: of<string>() },
    retry,
    run: (_, { attempt }) => {
      asked++
      if (attempt < 3) throw new Error('the bank is busy\u001b[31m', { cause: new Error('connection reset') })
      return { receipt: 'r-1' }
    },
  })
  const refuse = defineTask({
    name: 'refuse',
    inputs: { item: of<string>() },
    run: () => {
      if (!isMended) throw new TypeError('card declined', { cause: new Error('no money') })
    },
  })
  const wait = defineTask({
    name: 'wait',
    inputs: { item: of<string>() },
    run: (_, { signal }) => {
      if (isMended) return undefined
      interruption.abort(new Error('ended by SIGINT'))
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
    },
  })
  const flows = {
    order: defineFlow('order', [load, charge]),
    default: [defineFlow('broken', [load, refuse]), defineFlow('long', [wait, load])],
  }
  return {
    ...line,
    interruption,
    asked: () => asked,
    mend: () => (isMended = true),
    flows: (argv, { io, ...more } = {}) =>
      line.run(['flows', ...argv], {
        signal: interruption.signal,
        ...more,
        io: { importModule: async () => flows, ...io },
      }),
  }
}

const BOOK = '{"item":"book"}'
const lines = (text: string): string[] => text.trimEnd().split('\n')
/** What stands after when it was. */
const types = (text: string): string[] => lines(text).map((line) => line.replace(/^.*?\.\d{3} {2}/, ''))

describe('flows run', () => {
  test('F16 in a pipe: a line for each event, and what it came to', async () => {
    const { flows } = await bench()
    const { code, out, err } = await flows(['run', './flows.mjs', 'order', '-i', BOOK, '--id', 'o-1'])
    expect({ code, err }).toEqual({ code: 0, err: 'o-1 is kept in flows.db\n' })
    const told = types(out).filter((line) => !line.startsWith('task-progress'))
    expect(told.map((line) => line.replace(/runner-\S+/, 'R').replace(/after \d+ m?s/, 'after T'))).toEqual([
      'flow-created order {"item":"book"}',
      'flow-scheduled',
      'flow-started by R',
      'task-started load',
      'task-completed load after T {"price":4}',
      'task-started charge',
      'task-failed charge after T: Error: the bank is busy\\u001b[31m',
      'retry-scheduled charge attempt 2 in 1 ms',
      'flow-started by R',
      'task-started charge attempt 2',
      'task-failed charge attempt 2 after T: Error: the bank is busy\\u001b[31m',
      'retry-scheduled charge attempt 3 in 1 ms',
      'flow-started by R',
      'task-started charge attempt 3',
      'task-completed charge after T {"receipt":"r-1"}',
      'flow-completed',
      'result  {"item":"book","price":4,"receipt":"r-1"}',
    ])
  })

  test('on a terminal: a line for each task, in its place; what tasks print stands above', async () => {
    const { flows } = await bench()
    const terminal = new Terminal(80)
    const { code } = await flows(['run', './flows.mjs', 'order', '-i', BOOK, '--id', 'o-1'], {
      env: NO_COLOR,
      io: {
        stdout: { write: terminal.write, isTTY: true, columns: 80, rows: 24 },
        capture: (print) => {
          print('from a ')
          print('task\nwithout an end')
          return () => undefined
        },
      },
    })
    expect(code).toBe(0)
    expect(lines(terminal.text.replace(/\d+ ms/g, 'T'))).toEqual([
      'from a task',
      'without an end',
      'order o-1  completed after T',
      '✔ load    T',
      '✔ charge  T, 3 attempts',
      'result  {"item":"book","price":4,"receipt":"r-1"}',
    ])
  })

  test('F18 one that fails says why and how it goes on: exit code 1; then it does, from where it failed', async () => {
    const { flows, mend } = await bench()
    const failed = await flows(['run', './flows.mjs', 'broken', '-i', BOOK, '--id', 'b-1'])
    expect(failed.code).toBe(1)
    expect(failed.out).toContain('\nTypeError: card declined\n  caused by Error: no money\n    at ')
    expect(lines(failed.err)[1]).toBe(
      'it goes on from there with unitflow flows rerun flows.db b-1 --module ./flows.mjs',
    )
    mend()
    const again = await flows(['rerun', 'flows.db', 'b-1', '--module', './flows.mjs'])
    expect(again).toMatchObject({ code: 0, err: 'b-1 is kept in flows.db\n' })
    // What was told before is not told again.
    expect(types(again.out)[0]).toBe('flow-rescheduled from refuse')
    expect(types(again.out).at(-1)).toBe('result  {"item":"book","price":4}')
  })

  test('--anew is a new execution with the same input, which names its origin', async () => {
    const { flows, mend } = await bench()
    await flows(['run', './flows.mjs', 'broken', '-i', BOOK, '--id', 'b-1'])
    mend()
    const anew = await flows(['rerun', 'flows.db', 'b-1', '--module', './flows.mjs', '--anew', '--json'])
    expect(anew.code).toBe(0)
    expect(anew.json()).toMatchObject({
      origin: 'b-1',
      status: 'completed',
      result: { item: 'book', price: 4 },
    })
    expect((await flows(['list', 'flows.db', '--json'])).json()).toMatchObject({
      executions: [
        { id: 'b-1', status: 'failed' },
        { origin: 'b-1', status: 'completed' },
      ],
    })
  })

  test('^C gives it back, exit code 130; what is said then lets it go on', async () => {
    const bench1 = await bench()
    const { flows, mend, interruption } = bench1
    const ended = await flows(['run', './flows.mjs', 'long', '-i', BOOK, '--id', 'l-1', '--grace', '0ms'])
    expect(ended.code).toBe(130)
    expect(types(ended.out).at(-1)).toMatch(/^flow-released by runner-/)
    expect(lines(ended.err)).toEqual([
      'l-1 is kept in flows.db',
      'a task that runs here may go on for 0 ms; ^C again ends it at once',
      'it waits in flows.db, and goes on with unitflow flows run ./flows.mjs --id l-1 --db flows.db',
    ])
    expect(interruption.signal.aborted).toBe(true)
    mend()
    const signal = new AbortController().signal
    const next = await flows(['run', './flows.mjs', '--id', 'l-1', '--db', 'flows.db', '--json'], { signal })
    expect(next.code).toBe(0)
    expect(next.json()).toMatchObject({ id: 'l-1', status: 'completed', result: { price: 4 } })
  })

  test('F10 under an id that there is, it is that execution: one that has completed is not run again', async () => {
    const { flows, asked } = await bench()
    const argv = ['run', './flows.mjs', 'order', '-i', BOOK, '--id', 'o-1', '--json']
    expect((await flows(argv)).code).toBe(0)
    expect(asked()).toBe(3)
    const again = await flows(argv)
    expect(again.json()).toMatchObject({ status: 'completed', result: { receipt: 'r-1' } })
    expect(asked()).toBe(3)
    const other = await flows(['run', './flows.mjs', 'broken', '-i', BOOK, '--id', 'o-1'])
    expect(other).toMatchObject({ code: 3, out: '' })
    expect(other.err).toContain('error[execution-exists]')
  })

  test('F23 F26 one that another runner has is watched; with --recover it goes on here', async () => {
    const { flows, folder, mend } = await bench()
    await flows(['run', './flows.mjs', 'long', '-i', BOOK, '--id', 'l-1', '--grace', '0ms'])
    mend()
    // Another runner has it, and is killed.
    const records = createSqliteRecords({ path: join(folder, 'flows.db') })
    const never = defineTask({
      name: 'wait',
      inputs: { item: of<string>() },
      run: () => new Promise(() => undefined),
    })
    const load = defineTask({
      name: 'load',
      inputs: { item: of<string>() },
      outputs: { price: of<number>() },
      run: () => ({ price: 1 }),
    })
    const other = createFlowRunner({
      records,
      flows: [defineFlow('long', [never, load])],
      owner: 'the-other',
    })
    void other.run({ id: 'l-1' }).catch(() => undefined)
    while ((await other.execution('l-1')).status !== 'running');
    other.close()
    await records.close()

    const interruption = new AbortController()
    const sleep = async (): Promise<void> => interruption.abort(new Error('ended by SIGINT'))
    const watched = await flows(['run', './flows.mjs', '--id', 'l-1'], {
      signal: interruption.signal,
      io: { sleep },
    })
    expect(watched.code).toBe(130)
    expect(watched.err).toMatch(/the-other has it; if that is gone: --recover, or wait for [45] min/)
    const signal = new AbortController().signal
    const here = await flows(['run', './flows.mjs', '--id', 'l-1', '--recover'], { signal })
    expect(here.code).toBe(0)
    expect(types(here.out)).toContain('flow-recovered from the-other, asked')
  })

  test('the input is a file, stdin, or stands in the line; keys and tags are kept', async () => {
    const { flows, write } = await bench()
    await write('in.json', BOOK)
    for (const [input, stdin] of [['in.json'], ['-', BOOK], [BOOK]] as const) {
      const outcome = await flows(
        [
          'run',
          './flows.mjs',
          'order',
          '-i',
          input,
          '--db',
          'x.db',
          '--json',
          '--tag',
          'a',
          '--tag',
          'b',
          '--key',
          'k',
        ],
        stdin === undefined ? {} : { stdin },
      )
      expect(outcome.json()).toMatchObject({ result: { item: 'book' }, tags: ['a', 'b'], key: 'k' })
    }
    expect((await flows(['list', 'x.db', '--tag', 'b', '--json'])).json()).toMatchObject({
      executions: [{}, {}, {}],
    })
  })

  test('for machines what tasks print goes to stderr', async () => {
    const { flows } = await bench()
    const { err, json } = await flows(['run', './flows.mjs', 'order', '-i', BOOK, '--json'], {
      io: {
        capture: (print) => {
          print('from a task\n')
          return () => undefined
        },
      },
    })
    expect(err).toBe('from a task\n')
    expect(json()).toMatchObject({ status: 'completed' })
  })

  test.each([
    ['a module that is not there', ['run', './none.mjs', 'order'], 4, 'file'],
    ['a flow that it lacks', ['run', './flows.mjs', 'odrer'], 4, 'unknown-flow'],
    ['no flow and no id', ['run', './flows.mjs'], 2, 'usage'],
    [
      'an id that is not there',
      ['run', './flows.mjs', '--id', 'nobody', '--db', 'other.db'],
      4,
      'no-such-execution',
    ],
    ['no JSON', ['run', './flows.mjs', 'order', '-i', '{nope'], 3, 'bad-input'],
    ['no object', ['run', './flows.mjs', 'order', '-i', 'list.json'], 3, 'bad-input'],
    [
      'a date',
      ['run', './flows.mjs', 'order', '-i', '{"$type":"date","value":"2027-01-15T08:00:00.000Z"}'],
      3,
      'bad-input',
    ],
    ['no UTF-8', ['run', './flows.mjs', 'order', '-i', 'bytes.json'], 3, 'bad-input'],
    ['no such input file', ['run', './flows.mjs', 'order', '-i', 'none.json'], 4, 'file'],
    ['an input that lacks something', ['run', './flows.mjs', 'order'], 3, 'invalid-value'],
    [
      'an input with too much',
      ['run', './flows.mjs', 'order', '-i', '{"item":"a","x":1}'],
      3,
      'invalid-value',
    ],
    [
      'a file that is no store',
      ['run', './flows.mjs', 'order', '-i', BOOK, '--db', 'list.json'],
      4,
      'foreign-store',
    ],
    [
      'a module whose flow is not that of the execution',
      ['rerun', 'other.db', 'other-1', '-m', './flows.mjs'],
      4,
      'unknown-flow',
    ],
  ])('%s: an error in a line, and nothing is run', async (_, argv, code, name) => {
    const { flows, write, asked, folder } = await bench()
    await write('list.json', '[1]')
    await write('bytes.json', new Uint8Array([0x7b, 0xff]))
    const records = createSqliteRecords({ path: join(folder, 'other.db') })
    const nothing = defineFlow('other', [defineTask({ name: 'none', run: () => undefined })])
    await createFlowRunner({ records, flows: [nothing] }).schedule(nothing, {}, { id: 'other-1' })
    await records.close()
    const outcome = await flows(argv)
    expect(outcome).toMatchObject({ code, out: '' })
    expect(outcome.err).toMatch(new RegExp(`^error\\[${name}\\] [^\\n]+\\n(hint: [^\\n]+\\n)?$`))
    expect(asked()).toBe(0)
  })

  test('a module that throws, and one that exports no flow', async () => {
    const { flows } = await bench()
    const throws = async (): Promise<object> => {
      throw new SyntaxError('Unexpected token\nline 2\u001b[31m')
    }
    expect(await flows(['run', './flows.mjs', 'order'], { io: { importModule: throws } })).toMatchObject({
      code: 4,
      err: 'error[bad-module] cannot import ./flows.mjs: SyntaxError: Unexpected token\n',
    })
    const empty = async (): Promise<object> => ({ order: { type: 'flow' }, default: [null, 1] })
    const outcome = await flows(['work', './flows.mjs'], { io: { importModule: empty } })
    expect(outcome).toMatchObject({ code: 3, out: '' })
    expect(outcome.err).toMatch(/^error\[no-flows\] \.\/flows\.mjs exports no flow\nhint: /)
  })
})

describe('flows work', () => {
  test('F16 runs what waits until ^C, with a line for each event; that is no failure', async () => {
    const { flows, folder, interruption, run } = await bench()
    for (const id of ['o-1', 'o-2']) await schedule(folder, id)
    const { code, out, err } = await flows(['work', './flows.mjs', '--concurrency', '2'], {
      io: { stdout: stopsAfter(interruption, 2) },
    })
    expect(code).toBe(0)
    expect(lines(err)).toEqual(['runs order, broken, long of flows.db, 2 executions at once; ^C ends it'])
    expect(out).toBe('')
    expect((await run(['flows', 'list', 'flows.db', '--json'])).json()).toMatchObject({
      executions: [
        { id: 'o-1', status: 'completed' },
        { id: 'o-2', status: 'completed' },
      ],
    })
    const told = written.join('')
    expect(told).toMatch(/^o-1 {2}.*flow-started by runner-/m)
    expect(told).toMatch(/^o-2 {2}.*task-failed charge after .*: Error: the bank is busy\\u001b\[31m$/m)
    expect(actsOnTerminal(told)).toBe(false)
  })

  test('for machines each event says whose it is', async () => {
    const { flows, folder, interruption } = await bench()
    await schedule(folder, 'o-1')
    await flows(['work', './flows.mjs', '--json'], { io: { stdout: stopsAfter(interruption, 1) } })
    const events = lines(written.join('')).map((line) => JSON.parse(line) as { readonly execution: string })
    expect(events.every(({ execution }) => execution === 'o-1')).toBe(true)
    expect(events.at(-1)).toMatchObject({ type: 'flow-completed' })
  })

  let written: string[] = []

  /** Ends the work after so many flows. */
  function stopsAfter(interruption: AbortController, count: number) {
    written = []
    let completed = 0
    return {
      isTTY: false,
      write: (text: string): void => {
        written.push(text)
        if (text.includes('flow-completed') && ++completed === count) interruption.abort(new Error('SIGINT'))
      },
    }
  }

  async function schedule(folder: string, id: string): Promise<void> {
    const records = createSqliteRecords({ path: join(folder, 'flows.db') })
    const load = defineTask({
      name: 'load',
      inputs: { item: of<string>() },
      outputs: { price: of<number>() },
      run: () => ({ price: 1 }),
    })
    const charge = defineTask({
      name: 'charge',
      inputs: { price: of<number>() },
      outputs: { receipt: of<string>() },
      run: () => ({ receipt: '' }),
    })
    const same = defineFlow('order', [load, charge])
    await createFlowRunner({ records, flows: [same] }).schedule(same, { item: 'book' }, { id })
    await records.close()
  }
})
