import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { defineFlow, defineTask, of } from '../../../ts/flows/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { xmlFault } from '../graph/well-formed.js'
import { actsOnTerminal, commandLine } from './command-line.js'
import type { CommandLine, Outcome, Surroundings } from './command-line.js'
import { fill, orders } from './shop-records.js'
import { flowsAtWork, openFlows } from './work-flows.js'
import { MINUTE, MORNING } from './work-processes.js'

const NOW = MORNING + 15 * MINUTE

interface Shop extends CommandLine {
  readonly flows: (argv: readonly string[], surroundings?: Surroundings) => Promise<Outcome>
}

async function shop(): Promise<Shop> {
  const line = await commandLine()
  await flowsAtWork(line.folder)
  return { ...line, flows: (argv, more) => line.run(['flows', ...argv], { now: () => NOW, ...more }) }
}

const lines = (text: string): string[] => text.trimEnd().split('\n')

describe('flows list', () => {
  test('F31 all of them, in the order in which they were scheduled first', async () => {
    const { flows } = await shop()
    const { code, out, err } = await flows(['list', 'flows.db'], { columns: 120 })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(lines(out)).toEqual([
      'Execution  Flow   Status     Done  Task    Scheduled             Time  Attempt  At',
      'order-1    order  completed   3/3          2027-01-15 08:00:00  3 min',
      'order-2    order  failed      1/3  charge  2027-01-15 08:03:00  3 min        3',
      'count-1    count  scheduled   0/1  fetch   2027-01-15 08:06:00  9 min           begins in 51 min',
      'order-3    order  canceled    0/3  fetch   2027-01-15 08:06:00   0 ms           sold\\u000aout',
      'order-4    order  paused      0/3  fetch   2027-01-15 08:06:00  9 min',
      'order-5    order  running     2/3  pack    2027-01-15 08:06:00  9 min',
    ])
  })

  test('by flow, status and tag; pages; the newest first; as JSON', async () => {
    const { flows } = await shop()
    const ids = async (...argv: readonly string[]): Promise<unknown> => {
      const found = (await flows(['list', 'flows.db', '--json', ...argv])).json()
      return (found as { readonly executions: readonly { readonly id: string }[] }).executions.map(
        ({ id }) => id,
      )
    }
    expect(await ids('--flow', 'count')).toEqual(['count-1'])
    expect(await ids('--status', 'failed')).toEqual(['order-2'])
    expect(await ids('--tag', 'eu')).toEqual(['order-1', 'order-2'])
    expect(await ids('--newest', '--limit', '2')).toEqual(['order-5', 'order-4'])
    const { err } = await flows(['list', 'flows.db', '--limit', '1'])
    const [, next = ''] = /--after '(.*)'\n/.exec(err) ?? []
    expect(await ids('--limit', '1', '--after', next)).toEqual(['order-2'])
    expect(await flows(['list', 'flows.db', '--status', 'lost'])).toMatchObject({ code: 2, out: '' })
    expect(await flows(['list', 'flows.db', '--after', 'x'])).toMatchObject({ code: 2, out: '' })
  })

  test('--watch tells what changes, and what was deleted', async () => {
    const { flows, folder } = await shop()
    const interruption = new AbortController()
    let notice = (): void => undefined
    const happenings = [
      (runner: ReturnType<typeof openFlows>['runner']) => runner.resume('order-4'),
      (runner: ReturnType<typeof openFlows>['runner']) => runner.delete('order-2'),
    ]
    const sleep = async (): Promise<void> => {
      const next = happenings.shift()
      if (next === undefined) {
        interruption.abort(new Error('ended by SIGINT'))
        return
      }
      const other = openFlows(folder)
      await next(other.runner)
      await other.close()
      notice()
    }
    const { code, out } = await flows(['list', 'flows.db', '--watch', '--flow', 'order'], {
      signal: interruption.signal,
      io: {
        sleep,
        openRecords: (path, options) => ({
          ...createSqliteRecords({ path, ...options }),
          onCommit: (listener) => {
            notice = () => listener({})
            return () => (notice = () => undefined)
          },
        }),
      },
    })
    expect(code).toBe(0)
    expect(lines(out).slice(5)).toEqual([
      'order-4  order  scheduled  0/3  fetch  2027-01-15 08:06:00',
      'order-2  deleted',
    ])
  })

  test('a file without any', async () => {
    const line = await commandLine()
    await fill(line.folder, 'shop.db', orders(1))
    expect(await line.run(['flows', 'list', 'shop.db'])).toMatchObject({
      code: 0,
      out: '',
      err: 'no such execution in shop.db\n',
    })
  })
})

describe('flows show', () => {
  test('what has failed, and with what', async () => {
    const { flows } = await shop()
    const { code, out } = await flows(['show', 'flows.db', 'order-2'])
    expect(code).toBe(0)
    expect(lines(out.replace(/definition \w+/, 'definition X'))).toEqual([
      'order-2  failed after 3 min',
      '',
      'flow       order, definition X',
      'tags       eu',
      'scheduled  2027-01-15 08:03:00 UTC',
      'ended      2027-01-15 08:06:00 UTC',
      'history    16 events',
      'input      {"item":"ring"}',
      'values     {"item":"ring","price":4}',
      '',
      'Task    Status     Attempt  Time  At',
      'fetch   completed        1  0 ms',
      'charge  failed           3  0 ms  TypeError: the bank is\\u000abusy\\u001b[31m',
      'pack    waiting',
    ])
  })

  test('what runs, with its runner, and how far its task says that it is', async () => {
    const { flows } = await shop()
    const { out } = await flows(['show', 'flows.db', 'order-5'])
    expect(out).toContain('order-5  running, for 9 min\n')
    expect(out).toContain('key        shelf\n')
    expect(out).toContain('runner     runner-a, its lease runs out 4 min ago\n')
    expect(out).toContain('pack    running          1  9 min  40 %  parcel 2 of 5\n')
    const asJson = (await flows(['show', 'flows.db', 'order-5', '--json'])).json()
    expect(asJson).toMatchObject({
      id: 'order-5',
      status: 'running',
      input: { item: 'lamp' },
      context: { item: 'lamp', price: 4, receipt: 'r-lamp' },
      taskList: [
        { task: 'fetch' },
        { task: 'charge' },
        { task: 'pack', percent: 40, message: 'parcel 2 of 5' },
      ],
    })
  })
})

describe('flows history', () => {
  test('F20 a drawing, with attempts and the waits between them', async () => {
    const { flows } = await shop()
    const { code, out } = await flows(['history', 'flows.db', 'order-1'], { columns: 60 })
    expect(code).toBe(0)
    expect(out).toBe(`order order-1  completed after 3 min
2027-01-15 08:00:00 to 08:03:00 UTC

        0          1 min      2 min
order   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  3 min
fetch   █                                  0 ms
charge  ✗╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌✗╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌█  3 min, 3 attempts
pack                                    █  0 ms

█ running   ╌ waiting to be tried again   ✗ failed
`)
  })

  test('F17 --events: a line for each; --json: as they are', async () => {
    const { flows } = await shop()
    const told = lines((await flows(['history', 'flows.db', 'order-2', '--events'])).out)
    expect(told).toHaveLength(16)
    expect(told.slice(0, 3)).toEqual([
      '   0  2027-01-15 08:03:00.000  flow-created order {"item":"ring"} #eu',
      '   1  2027-01-15 08:03:00.000  flow-scheduled',
      '   2  2027-01-15 08:03:00.000  flow-started by runner-a',
    ])
    expect(told.at(-1)).toBe(
      '  15  2027-01-15 08:06:00.000  flow-failed charge TypeError: the bank is\\u000abusy\\u001b[31m',
    )
    const asJson = lines((await flows(['history', 'flows.db', 'order-2', '--json'])).out)
    expect(asJson.map((line) => (JSON.parse(line) as { readonly step: number }).step)).toEqual(
      Array.from({ length: 16 }, (_, step) => step),
    )
    expect(JSON.parse(asJson.at(-1) ?? '')).toMatchObject({
      type: 'flow-failed',
      error: { name: 'TypeError', cause: { message: 'connection reset' } },
    })
  })

  test('--svg writes a drawing that stands by itself', async () => {
    const { flows, read } = await shop()
    const { code, out, err } = await flows(['history', 'flows.db', 'order-2', '--svg', 'order.svg'])
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: 'order.svg: 16 events\n' })
    const svg = await read('order.svg')
    expect(xmlFault(svg)).toBeUndefined()
    expect(svg).toContain('the bank is')
    expect(svg).not.toContain('\u001b')
    expect(await flows(['history', 'flows.db', 'order-2', '--svg', 'x', '--watch'])).toMatchObject({
      code: 2,
    })
  })
})

describe('flows watch', () => {
  test('F32 one that has ended is told and left; in a pipe a line for each event, for machines as JSON', async () => {
    const { flows } = await shop()
    const { code, out } = await flows(['watch', 'flows.db', 'order-1'])
    expect(code).toBe(0)
    expect(lines(out)).toHaveLength(18)
    expect(lines(out).at(-1)).toBe('  17  2027-01-15 08:03:00.000  flow-completed')
    const asJson = await flows(['watch', 'flows.db', 'order-1', '--json'])
    expect(JSON.parse(lines(asJson.out).at(-1) ?? '')).toMatchObject({ type: 'flow-completed', step: 17 })
  })

  test('one that runs is followed until it has ended', async () => {
    const { flows, folder } = await shop()
    const watching = flows(['watch', 'flows.db', 'order-4', '--json'])
    const other = openFlows(folder)
    await other.runner.cancel('order-4', { reason: 'enough' })
    await other.close()
    const { code, out } = await watching
    expect(code).toBe(0)
    expect(JSON.parse(lines(out).at(-1) ?? '')).toMatchObject({ type: 'flow-canceled', reason: 'enough' })
  })

  test('^C ends it, which is no failure, and changes nothing', async () => {
    const { flows, folder } = await shop()
    const interruption = new AbortController()
    const writeStdout = async (content: AsyncIterable<string>): Promise<void> => {
      for await (const text of content)
        if (text.includes('task-progress')) interruption.abort(new Error('SIGINT'))
    }
    const outcome = await flows(['watch', 'flows.db', 'order-5'], {
      signal: interruption.signal,
      io: { writeStdout },
    })
    expect(outcome).toMatchObject({ code: 0, err: '' })
    const { runner, close } = openFlows(folder)
    expect((await runner.execution('order-5')).status).toBe('running')
    await close()
  })
})

test('what is unprintable in ids, values and errors never reaches the terminal as it is', async () => {
  const { flows, folder } = await shop()
  const { runner, close } = openFlows(folder)
  const id = 'x\u202ey'
  await runner.schedule('order', { item: '\u001b]0;x\u0007' }, { id, tags: ['\u200btag'] })
  await runner.cancel(id, { reason: '\u009b31m\r' })
  await close()
  for (const argv of [
    ['list'],
    ['show', id],
    ['show', 'order-2'],
    ['history', id],
    ['history', id, '--events'],
    ['history', 'order-2', '--events'],
    ['watch', id],
    ['history', id, '--json'],
    ['cancel', id],
    ['pause', id],
    ['show', '\u001b[2J'],
  ]) {
    const [command = '', ...rest] = argv
    const { out, err } = await flows([command, 'flows.db', ...rest])
    expect(out + err, argv.join(' ')).not.toBe('')
    expect(actsOnTerminal(out + err), argv.join(' ')).toBe(false)
  }
})

test('who looks writes nothing, and what is not there is said in a line', async () => {
  const { flows } = await shop()
  const openRecords = (path: string, options: { readonly create: boolean }) => {
    const records = createSqliteRecords({ path, ...options })
    return {
      ...records,
      transact: ((work, how) => {
        expect(how?.readonly).toBe(true)
        return records.transact(work, how)
      }) as typeof records.transact,
    }
  }
  for (const argv of [['list'], ['show', 'order-1'], ['history', 'order-1'], ['watch', 'order-1']]) {
    const [command = '', ...rest] = argv
    expect(await flows([command, 'flows.db', ...rest], { io: { openRecords } })).toMatchObject({
      code: 0,
      err: '',
    })
  }
  for (const argv of [
    ['show', 'nobody'],
    ['history', 'nobody'],
    ['watch', 'nobody'],
  ]) {
    const [command = '', ...rest] = argv
    const { code, out, err } = await flows([command, 'flows.db', ...rest])
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toMatch(/^error\[no-such-execution\] there is no execution "nobody"\nhint: .*\n$/)
  }
  expect(await flows(['list', 'none.db'])).toMatchObject({ code: 4, out: '' })
})

test('the commands in README work as they stand', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, block = ''] = /<!-- flows -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const { flows, write } = await shop()
  await write('flows.mjs', '')
  await write('order.json', '{"item":"book"}')
  // The flow of the shop, after its bank was mended.
  const item = of<string>()
  const order = defineFlow('order', [
    defineTask({
      name: 'fetch',
      inputs: { item },
      outputs: { price: of<number>() },
      run: () => ({ price: 1 }),
    }),
    defineTask({
      name: 'charge',
      inputs: { item, price: of<number>() },
      outputs: { receipt: of<string>() },
      run: () => ({ receipt: 'r' }),
    }),
    defineTask({ name: 'pack', inputs: { item }, run: () => undefined }),
  ])
  const commands = block.trim().split('\n')
  expect(commands.map((line) => line.split(' ')[3])).toEqual(
    'run work list show history watch rerun cancel'.split(' '),
  )
  for (const line of commands) {
    const interruption = new AbortController()
    if (line.includes(' work ')) setTimeout(() => interruption.abort(new Error('ended by SIGINT')), 10)
    const outcome = await flows(line.split(' ').slice(3), {
      signal: interruption.signal,
      io: { importModule: async () => ({ order }) },
    })
    expect(outcome.code, line).toBe(0)
    expect(outcome.out + outcome.err, line).not.toBe('')
  }
})
