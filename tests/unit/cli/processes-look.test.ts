import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { createBackend } from '../../../ts/deciders/index.js'
import type { WorkflowBackend } from '../../../ts/deciders/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { displayWidth } from '../../../ts/cli/shorten.js'
import { actsOnTerminal, commandLine } from './command-line.js'
import type { CommandLine, Outcome, Surroundings } from './command-line.js'
import { fill, orders } from './shop-records.js'
import { MINUTE, MORNING, openWork, shopAtWork } from './work-processes.js'

const COMMANDS = ['list', 'show', 'history', 'signal', 'cancel', 'fork', 'stats']
const ESCAPE = '\u001b'
/** When order-1 was paid for. */
const PAID = MORNING + 1.5 * MINUTE
const QUARTER_PAST = MORNING + 15 * MINUTE

/** The command line beside a shop at work, at a quarter past eight. */
async function shop(): Promise<CommandLine & { readonly processes: CommandLine['run'] }> {
  const line = await commandLine()
  const work = await shopAtWork(line.folder)
  await work.close()
  return {
    ...line,
    processes: (argv, surroundings: Surroundings = {}): Promise<Outcome> =>
      line.run(['processes', ...argv], { now: () => QUARTER_PAST, ...surroundings }),
  }
}

describe('processes', () => {
  test('--help names every command, at 80 columns', async () => {
    const { run } = await commandLine()
    const help = await run(['processes', '--help'])
    for (const command of COMMANDS) expect(help.out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    for (const command of COMMANDS) {
      const own = await run(['processes', command, '--help'])
      expect(own, command).toMatchObject({ code: 0, err: '' })
      expect(own.out).toMatch(new RegExp(`^Usage: unitflow processes ${command} \\[options\\] <file>`))
      expect(own.out).toContain('--json')
      for (const line of own.out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
    expect(await run(['processes'])).toMatchObject({ code: 2, out: '' })
    expect(await run(['processes', 'lits', 'work.db'])).toMatchObject({ code: 2 })
  })

  test('no file, a file of something else, no such process: exit code 4, and nothing is made', async () => {
    const { run, folder, write, read } = await commandLine()
    await write('notes.txt', 'my notes\n'.repeat(1000))
    await fill(folder, 'shop.db', orders(2))
    for (const line of [
      ['list'],
      ['show', 'order-1'],
      ['history', 'order-1'],
      ['signal', 'order-1', 'hurry'],
      ['cancel', 'order-1'],
      ['cancel', '--workflow', 'order', '--yes'],
      ['fork', 'order-1', '--at', '1'],
      ['stats'],
    ]) {
      const [command = '', ...more] = line
      const none = await run(['processes', command, 'none.db', ...more])
      expect(none, command).toMatchObject({ code: 4, out: '' })
      expect(none.err).toMatch(/^error\[store-missing\] there is no file ".*none\.db"/)
      const foreign = await run(['processes', command, 'notes.txt', ...more])
      expect(foreign, command).toMatchObject({ code: 4, out: '' })
      expect(foreign.err).toMatch(/^error\[foreign-store\] /)
    }
    expect(await read('notes.txt')).toBe('my notes\n'.repeat(1000))
    const arguments_: Readonly<Record<string, readonly string[]>> = { signal: ['hurry'], fork: ['--at', '1'] }
    for (const command of ['show', 'history', 'signal', 'cancel', 'fork']) {
      const more = arguments_[command] ?? []
      const outcome = await run(['processes', command, 'shop.db', 'order-1', ...more])
      expect(outcome, command).toMatchObject({
        code: 4,
        out: '',
        err:
          'error[no-such-process] there is no process "order-1"\n' +
          'hint: unitflow processes list <file> shows which there are.\n',
      })
    }
    const asJson = await run(['processes', 'show', 'shop.db', 'order-1', '--json'])
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'no-such-process', fields: { process: 'order-1' } },
      exitCode: 4,
    })
  })

  test('--json gives one document and nothing on stderr; the history is lines', async () => {
    const { processes } = await shop()
    for (const line of [
      ['list', 'work.db', '--limit', '2'],
      ['show', 'work.db', 'order-1'],
      ['stats', 'work.db'],
      ['history', 'work.db', 'order-1', '--svg', 'order.svg'],
      ['signal', 'work.db', 'order-1', 'hurry'],
      ['cancel', 'work.db', '--tag', 'eu'],
      ['cancel', 'work.db', 'order-1'],
    ]) {
      const outcome = await processes([...line, '--json'], { tty: true })
      expect(outcome, line.join(' ')).toMatchObject({ code: 0, err: '' })
      expect(() => outcome.json(), line.join(' ')).not.toThrow()
    }
  })

  test('who looks writes nothing', async () => {
    const { processes, folder } = await shop()
    const database = new DatabaseSync(join(folder, 'work.db'))
    const version = (): unknown => database.prepare('PRAGMA data_version').get()
    const before = version()
    for (const line of [
      ['list', 'work.db', '--newest'],
      ['show', 'work.db', 'order-1'],
      ['history', 'work.db', 'order-1'],
      ['stats', 'work.db'],
    ]) {
      expect(await processes(line), line.join(' ')).toMatchObject({ code: 0 })
      expect(version(), line.join(' ')).toEqual(before)
    }
    await processes(['cancel', 'work.db', '--workflow', 'order'])
    expect(version()).toEqual(before)
    await processes(['signal', 'work.db', 'order-1', 'hurry'])
    expect(version()).not.toEqual(before)
    database.close()
    const writing = (records: RecordStore): WorkflowBackend =>
      Object.assign(createBackend({ records }), {
        processes: () => records.transact((transaction) => transaction.set(['notes', 1], 'seen')),
      })
    expect(await processes(['list', 'work.db'], { io: { createBackend: writing } })).toMatchObject({
      code: 4,
      err: expect.stringMatching(/^error\[read-only-transaction\]/) as string,
    })
  })

  test('what is unprintable in ids, values and errors never reaches the terminal as it is', async () => {
    const { processes, folder } = await shop()
    const work = openWork(folder)
    const hostile = 'a\u202eb\u200e'
    await work.backend.startProcess({
      workflow: 'order',
      id: hostile,
      input: `${ESCAPE}[2J`,
      tags: [hostile],
    })
    await work.backend.signalProcess(hostile, { name: hostile, data: `${ESCAPE}]0;x` })
    await work.backend.cancelProcess(hostile, { reason: `${ESCAPE}[31m` })
    await work.close()
    for (const line of [
      ['list', 'work.db', '--newest'],
      ['list', 'work.db', '--limit', '1', '--closed'],
      ['show', 'work.db', hostile],
      ['history', 'work.db', hostile],
      ['history', 'work.db', hostile, '--events'],
      ['history', 'work.db', hostile, '--json'],
      ['cancel', 'work.db', hostile],
      ['stats', 'work.db'],
    ]) {
      const { out, err } = await processes(line, { tty: true, env: { NO_COLOR: '1' } })
      expect(actsOnTerminal(out + err), line.join(' ')).toBe(false)
    }
  })
})

describe('processes list', () => {
  test('open ones, then closed ones, each from the oldest on', async () => {
    const { processes } = await shop()
    const listed = await processes(['list', 'work.db'], { columns: 100 })
    expect(listed).toMatchObject({ code: 0, err: '' })
    expect(listed.out).toBe(
      [
        'Process          Workflow     Status     Started                Time  Fails  At',
        'order-1          order@2.1    open       2027-01-15 08:00:00  15 min         ships 1 of 2 parcels',
        'order-1-invoice  invoice@1.0  open       2027-01-15 08:01:30  13 min         waits for the money',
        'order-2-invoice  invoice@1.0  open       2027-01-15 08:03:00  12 min         waits for the money',
        'poison-1         poison@1.0   open       2027-01-15 08:06:00   9 min      4',
        'order-2          order@2.1    completed  2027-01-15 08:02:00   7 min',
        'order-3          order@2.1    failed     2027-01-15 08:03:00   3 min         card declined',
        'order-4          order@2.1    canceled   2027-01-15 08:06:00    0 ms         sold out',
        '',
      ].join('\n'),
    )
  })

  test('filters, pages and the newest', async () => {
    const { processes } = await shop()
    const idsOf = async (...line: string[]): Promise<readonly string[]> => {
      const { json } = await processes(['list', 'work.db', '--json', ...line])
      return (json() as { processes: { id: string }[] }).processes.map(({ id }) => id)
    }
    expect(await idsOf('--open', '--workflow', 'order')).toEqual(['order-1'])
    expect(await idsOf('--closed')).toEqual(['order-2', 'order-3', 'order-4'])
    expect(await idsOf('--tag', 'eu')).toEqual(['order-1', 'order-2'])
    expect(await idsOf('--tag', 'eu', '--closed')).toEqual(['order-2'])
    expect(await idsOf('--newest', '--closed', '--limit', '2')).toEqual(['order-4', 'order-3'])
    expect(await idsOf('--newest', '--open', '--workflow', 'invoice')).toEqual([
      'order-2-invoice',
      'order-1-invoice',
    ])
    const all = await idsOf()
    for (const [newest, expected] of [
      [[], all],
      [['--newest'], [...all].reverse()],
    ] as const) {
      const seen: string[] = []
      let after: readonly string[] = []
      for (let pages = 0; pages < 4; pages++) {
        const { json } = await processes(['list', 'work.db', '--limit', '2', '--json', ...newest, ...after])
        const page = json() as { processes: { id: string }[]; next?: string }
        seen.push(...page.processes.map(({ id }) => id))
        after = page.next === undefined ? [] : ['--after', page.next]
        expect(page.next === undefined).toBe(pages === 3)
      }
      expect(seen).toEqual(expected)
    }
  })

  test('that there are more is said, with what to type', async () => {
    const { processes } = await shop()
    const { err } = await processes(['list', 'work.db', '--limit', '2'])
    const [, next = ''] = /^there are more: --after '([^']+)'\n$/.exec(err) ?? []
    const rest = await processes(['list', 'work.db', '--after', next])
    expect(rest).toMatchObject({ code: 0, err: '' })
    expect(rest.out.trim().split('\n')).toHaveLength(6)
    const newest = await processes(['list', 'work.db', '--limit', '2', '--newest'])
    expect(newest.err).toMatch(/^there are more: --newest --after '[^']+'\n$/)
  })

  test('nothing to list is no error; what cannot be asked for is: exit code 2', async () => {
    const { processes, folder } = await shop()
    await fill(folder, 'shop.db', orders(2))
    const none = { code: 0, out: '' }
    expect(await processes(['list', 'shop.db'])).toMatchObject({
      ...none,
      err: 'no such process in shop.db\n',
    })
    expect((await processes(['list', 'shop.db', '--json'])).json()).toEqual({ processes: [] })
    expect(await processes(['list', 'work.db', '--tag', 'us'])).toMatchObject(none)
    for (const wrong of [
      ['--limit', '0'],
      ['--limit', 'x'],
      ['--open', '--closed'],
      ['--after', 'nonsense'],
      ['--newest', '--after', 'nonsense'],
    ]) {
      expect(await processes(['list', 'work.db', ...wrong]), wrong.join(' ')).toMatchObject({
        code: 2,
        out: '',
      })
    }
  })

  test('fits its columns, whatever the ids are', async () => {
    const { processes, folder } = await shop()
    const work = openWork(folder)
    for (const id of ['x'.repeat(100), '日本'.repeat(50)])
      await work.backend.startProcess({ workflow: 'order', id, tags: ['t'.repeat(100)] })
    await work.close()
    for (const columns of [60, 80, 140]) {
      const { out } = await processes(['list', 'work.db'], { columns })
      for (const line of out.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns)
    }
  })

  test('colours on a terminal only', async () => {
    const { processes } = await shop()
    const onTerminal = await processes(['list', 'work.db'], { tty: true, columns: 120 })
    expect(onTerminal.out).toContain(`${ESCAPE}[36mopen${ESCAPE}[39m`)
    expect(onTerminal.out).toContain(`${ESCAPE}[31mfailed${ESCAPE}[39m`)
    const plain = await processes(['list', 'work.db'], { tty: true, columns: 120, env: { NO_COLOR: '1' } })
    expect(plain.out).not.toContain(ESCAPE)
    expect((await processes(['list', 'work.db'], { columns: 120 })).out).toBe(plain.out)
  })
})

describe('processes show', () => {
  test('D81 an open one: what is open in it, and the token with which a person ends what waits for one', async () => {
    const { processes, folder } = await shop()
    const shown = await processes(['show', 'work.db', 'order-1'])
    expect(shown).toMatchObject({ code: 0, err: '' })
    expect(shown.out).toMatch(/^order-1 {2}open for 15 min\nships 1 of 2 parcels\n/)
    expect(shown.out).toMatch(/^tags +eu, vip$/m)
    expect(shown.out).toMatch(/^input +\{"customer":"Ada","items":\["book","lamp"\]\}$/m)
    expect(shown.out).toMatch(/^ship +lamp +running +13 min 30 s +1 +"lamp"$/m)
    expect(shown.out).not.toMatch(/^ship +book/m)
    expect(shown.out).toMatch(/^reminder +2027-01-18 08:01:30 +in 3 d$/m)
    expect(shown.out).toMatch(/^order-1-invoice +invoice +open$/m)
    const [, token = ''] = / {2}ship lamp\n {4}(\S+)\n/.exec(shown.out) ?? []
    const work = openWork(folder)
    await work.manager.complete(token, 'on its way')
    await work.close()
    const later = await processes(['show', 'work.db', 'order-1', '--json'])
    expect(later.json()).toMatchObject({
      id: 'order-1',
      status: 'ships 1 of 2 parcels',
      input: { customer: 'Ada' },
      activities: [],
      timers: [{ id: 'reminder', due: PAID + 3 * 24 * 60 * MINUTE }],
      children: [{ id: 'order-1-invoice', workflow: 'invoice', status: 'open' }],
    })
  })

  test('closed ones: what they came to, and why', async () => {
    const { processes } = await shop()
    const failed = await processes(['show', 'work.db', 'order-3'])
    expect(failed.out).toMatch(/^order-3 {2}failed after 3 min\ncard declined\n/)
    expect(failed.out).toMatch(/^error +ActivityFailed: card declined$/m)
    expect(failed.out).toMatch(/^closed +2027-01-15 08:06:00 UTC$/m)
    const canceled = await processes(['show', 'work.db', 'order-4'])
    expect(canceled.out).toMatch(/^order-4 {2}canceled after 0 ms\nsold out\n/)
    const complete = await processes(['show', 'work.db', 'order-2'])
    expect(complete.out).toMatch(/^order-2 {2}completed after 7 min\n/)
    expect(complete.out).not.toMatch(/^Timer/m)
    // A child that its parent has left behind goes on.
    expect(complete.out).toMatch(/^order-2-invoice +invoice +open$/m)
  })

  test('decisions that fail again and again, and who has started a child', async () => {
    const { processes } = await shop()
    const poison = await processes(['show', 'work.db', 'poison-1'])
    expect(poison.out).toContain('4 decisions have failed in a row\n  TypeError: no such field: total\n')
    const child = await processes(['show', 'work.db', 'order-1-invoice'])
    expect(child.out).toMatch(/^parent +order-1 \(its event 12\); goes on when that closes$/m)
  })

  test('a long input is cut to the line, and whole as JSON', async () => {
    const { processes, folder } = await shop()
    const work = openWork(folder)
    const input = { customer: 'x'.repeat(100_000), at: new Date(MORNING) }
    await work.backend.startProcess({ workflow: 'order', id: 'long', input })
    await work.close()
    const { out } = await processes(['show', 'work.db', 'long'])
    for (const line of out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80)
    expect((await processes(['show', 'work.db', 'long', '--json'])).json()).toMatchObject({
      input: { customer: input.customer, at: { $type: 'date' } },
    })
  })
})

describe('processes history', () => {
  test('a drawing, as wide as the terminal', async () => {
    const { processes } = await shop()
    for (const columns of [80, 140]) {
      const { code, out, err } = await processes(['history', 'work.db', 'order-1'], { columns })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(/^order order-1 {2}open for 15 min\n/)
      const widths = out.split('\n').map(displayWidth)
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
      expect(Math.max(...widths)).toBeGreaterThan(columns - 20)
      for (const label of ['decisions', 'charge', 'ship book', 'ship lamp', 'child', 'timer reminder'])
        expect(out).toMatch(new RegExp(`^${label}`, 'm'))
    }
    const { out } = await processes(['history', 'work.db', 'order-1', '--ascii'])
    expect(out).toMatch(/^[\n -~]*$/)
  })

  test('--events: a line each', async () => {
    const { processes } = await shop()
    const { out } = await processes(['history', 'work.db', 'order-3', '--events'])
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(12)
    expect(lines[0]).toBe(
      '   1  2027-01-15 08:03:00.000  process-started order@2.1 {"customer":"Eve","items":["ring"]}',
    )
    expect(lines[5]).toBe(
      '   6  2027-01-15 08:04:30.000  activity-started charge #4 attempt 2 by worker after failed card declined',
    )
    expect(lines[11]).toBe('  12  2027-01-15 08:06:00.000  process-closed failed card declined')
    const narrow = await processes(['history', 'work.db', 'order-3', '--events'], {
      tty: true,
      columns: 80,
      env: { NO_COLOR: '1' },
    })
    for (const line of narrow.out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })

  test('--json: the events as they are, a line each, more than are read at once', async () => {
    const { processes, folder } = await shop()
    const work = openWork(folder)
    const tick = { name: 'tick', data: new Date(MORNING) }
    await Promise.all(Array.from({ length: 1200 }, () => work.backend.signalProcess('order-1', tick)))
    const history = await work.backend.history('order-1', { limit: 10_000 })
    await work.close()
    const { out } = await processes(['history', 'work.db', 'order-1', '--json'])
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; data?: unknown })
    expect(events.map(({ seq }) => seq)).toEqual(history.map(({ seq }) => seq))
    expect(events.length).toBeGreaterThan(1200)
    expect(events.at(-1)).toMatchObject({ type: 'signal', name: 'tick', data: { $type: 'date' } })
  })

  test('--svg: a drawing that stands by itself', async () => {
    const { processes, read } = await shop()
    expect(await processes(['history', 'work.db', 'order-1', '--svg', 'order.svg'])).toMatchObject({
      code: 0,
      out: '',
      err: 'order.svg: 21 events\n',
    })
    const svg = await read('order.svg')
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(svg).not.toMatch(/href|<script|url\(/)
    expect(await processes(['history', 'work.db', 'order-1', '--svg', 'x.svg', '--watch'])).toMatchObject({
      code: 2,
    })
    expect(await processes(['history', 'work.db', 'order-1', '--svg', 'none/x.svg'])).toMatchObject({
      code: 4,
    })
  })
})

describe('processes stats', () => {
  test('what is open, what came of the rest, and what does not go on', async () => {
    const { processes } = await shop()
    const stats = await processes(['stats', 'work.db'])
    expect(stats).toMatchObject({ code: 0, err: '' })
    expect(stats.out).toMatch(/^work\.db: 4 open processes, 3 closed\n/)
    expect(stats.out).toMatch(/^order +1 +1 +1 +1$/m)
    expect(stats.out).toMatch(/^ship +0 +1 +0 +13 min 30 s +order-1$/m)
    expect(stats.out).toMatch(/^poison-1 +poison +4 +TypeError: no such field: total$/m)
    expect(stats.out).toMatch(/^Next deadline: 2027-01-15 08:\d\d:\d\d UTC, \d+ min ago: no worker/m)
    expect((await processes(['stats', 'work.db', '--json'])).json()).toMatchObject({
      open: 4,
      closed: 3,
      workflows: { invoice: { open: 2 }, order: { open: 1, completed: 1, failed: 1, canceled: 1 } },
      activities: {
        ship: { waiting: 0, running: 1, delayed: 0, oldest: { at: PAID, process: 'order-1' } },
      },
      failing: [{ process: 'poison-1', workflow: 'poison', count: 4 }],
    })
  })

  test('a file without processes is no error', async () => {
    const { processes, folder } = await shop()
    await fill(folder, 'shop.db', orders(2))
    expect(await processes(['stats', 'shop.db'])).toMatchObject({
      code: 0,
      out: 'shop.db: 0 open processes, 0 closed\n\nNext deadline: none\n',
    })
  })
})

/** What is in a token is the backend's business. */
function withoutTokens(text: string): string {
  return text.replace(/^ {4}a,\S+$/gm, '    a,token').trimEnd()
}

test('what docs/deciders.md shows is what is printed', async () => {
  const page = readFileSync(new URL('../../../docs/deciders.md', import.meta.url), 'utf8')
  const [, block = ''] = /<!-- processes -->\n```console\n([\s\S]*?)```/.exec(page) ?? []
  const { processes } = await shop()
  const shown = block.split(/^\$ npx unitflow processes /m).slice(1)
  expect(shown.length).toBeGreaterThan(2)
  for (const text of shown) {
    const [command = '', ...lines] = text.split('\n')
    const { code, out } = await processes(command.split(' '), { columns: 100 })
    expect(code, command).toBe(0)
    expect(withoutTokens(lines.join('\n')), command).toBe(withoutTokens(out))
  }
})

test('the commands in README work as they stand', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, block = ''] = /<!-- processes -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const { processes } = await shop()
  const lines = block.trim().split('\n')
  expect(lines.map((line) => line.split(' ')[3])).toEqual([
    'list',
    'show',
    'history',
    'stats',
    'signal',
    'cancel',
  ])
  for (const line of lines) {
    // As a shell does it, as far as the lines need it.
    const [, , , ...argv] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    )
    const interruption = new AbortController()
    const sleep = async (): Promise<void> => interruption.abort(new Error('ended'))
    const outcome = await processes(argv, { signal: interruption.signal, io: { sleep } })
    expect(outcome.code, line).toBe(0)
    expect(outcome.out + outcome.err, line).not.toBe('')
  }
})
