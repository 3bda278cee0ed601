import { describe, expect, test } from 'vitest'
import type { SqliteRecords } from '../../../ts/records/sqlite/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { commandLine } from './command-line.js'
import type { CommandLine, Outcome, Surroundings } from './command-line.js'
import { MINUTE, MORNING, openWork, shopAtWork } from './work-processes.js'
import type { Work } from './work-processes.js'

const ESCAPE = '\u001b'
const ENTER = `${ESCAPE}[?1049h${ESCAPE}[?25l${ESCAPE}[?7l`
const LEAVE = `${ESCAPE}[?7h${ESCAPE}[?25h${ESCAPE}[?1049l`
const HOME = `${ESCAPE}[H`

interface Watching extends CommandLine {
  /** Watches while things happen, one in each pause, and is then interrupted. */
  readonly watch: (
    argv: readonly string[],
    happenings: readonly ((work: Work) => Promise<unknown>)[],
    surroundings?: Surroundings,
  ) => Promise<Outcome & { readonly pauses: number }>
}

async function watching(): Promise<Watching> {
  const line = await commandLine()
  const work = await shopAtWork(line.folder)
  await work.close()
  return {
    ...line,
    watch: async (argv, happenings, surroundings = {}) => {
      const interruption = new AbortController()
      const left = [...happenings]
      let pauses = 0
      let notice = (): void => undefined
      const sleep = async (): Promise<void> => {
        pauses++
        const next = left.shift()
        if (next === undefined) {
          interruption.abort(new Error('ended by SIGINT'))
          return
        }
        const other = openWork(line.folder)
        await next(other)
        await other.close()
        notice()
      }
      const outcome = await line.run(['processes', ...argv, '--watch'], {
        now: () => MORNING + 15 * MINUTE + pauses * 1000,
        signal: interruption.signal,
        ...surroundings,
        io: {
          sleep,
          // The file itself is looked at from time to time only.
          openRecords: (path, options) => ({
            ...createSqliteRecords({ path, ...options }),
            onCommit: (listener) => {
              notice = () => listener({})
              return () => (notice = () => undefined)
            },
          }),
          ...surroundings.io,
        },
      })
      return { ...outcome, pauses }
    },
  }
}

describe('in a pipe', () => {
  test('list: all there is, then what changes, and nothing while nothing does', async () => {
    const { watch } = await watching()
    const { code, out, err } = await watch(
      ['list', 'work.db', '--open'],
      [
        ({ backend }) => backend.cancelProcess('order-1-invoice', { reason: 'late' }),
        () => Promise.resolve(),
        ({ backend }) => backend.signalProcess('order-1', { name: 'hurry' }),
        ({ backend }) => backend.startProcess({ workflow: 'invoice', id: 'new' }),
      ],
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.trimEnd().split('\n')).toEqual([
      'order-1  order@2.1  open  2027-01-15 08:00:00  ships 1 of 2 parcels',
      'order-1-invoice  invoice@1.0  open  2027-01-15 08:01:30  waits for the money',
      'order-2-invoice  invoice@1.0  open  2027-01-15 08:03:00  waits for the money',
      'poison-1  poison@1.0  open  2027-01-15 08:06:00  4 failures in a row',
      'order-1-invoice  invoice@1.0  canceled  2027-01-15 08:01:30  late',
      'new  invoice@1.0  open  2027-01-15 08:00:00',
    ])
  })

  test('list: one that is deleted; as JSON a line for each change', async () => {
    const { watch } = await watching()
    const remove = ({ backend }: Work): Promise<void> => backend.deleteProcess('order-4')
    const { out } = await watch(['list', 'work.db', '--closed', '--json'], [remove])
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toMatchObject([
      { id: 'order-2' },
      { id: 'order-3' },
      { id: 'order-4' },
      { id: 'order-4', deleted: true },
    ])
  })

  test('history: events as they come, and the end with the process', async () => {
    const { watch } = await watching()
    const { code, out, pauses } = await watch(
      ['history', 'work.db', 'order-1'],
      [
        ({ backend }) => backend.signalProcess('order-1', { name: 'hurry' }),
        ({ backend }) => backend.cancelProcess('order-1'),
        () => Promise.reject(new Error('it goes on')),
      ],
    )
    expect({ code, pauses }).toEqual({ code: 0, pauses: 2 })
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(23)
    expect(lines[21]).toMatch(/ signal hurry$/)
    expect(lines[22]).toMatch(/ process-closed canceled$/)
  })

  test('show: what stands otherwise than before', async () => {
    const { watch } = await watching()
    const { code, out } = await watch(
      ['show', 'work.db', 'order-1'],
      [
        async ({ backend, manager }) => {
          const [first] = await backend.openActivities('order-1')
          await manager.complete(first?.token ?? '', 'on its way')
        },
        ({ backend }) => backend.cancelProcess('order-1', { reason: 'sold out' }),
      ],
    )
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toEqual([
      '2027-01-15 08:15:00  activity ship lamp  running',
      '2027-01-15 08:15:00  timer reminder  due 2027-01-18 08:01:30',
      '2027-01-15 08:15:00  child order-1-invoice  open',
      '2027-01-15 08:15:00  order-1  open  ships 1 of 2 parcels',
      '2027-01-15 08:15:01  activity ship lamp  ended',
      '2027-01-15 08:15:02  timer reminder  ended',
      '2027-01-15 08:15:02  order-1  canceled  sold out',
    ])
  })
})

describe('on a terminal', () => {
  test('it is drawn over and over, and the last stays when it is interrupted, which is no failure', async () => {
    const { watch } = await watching()
    const { code, out, err } = await watch(
      ['list', 'work.db', '--open'],
      [({ backend }) => backend.cancelProcess('order-1')],
      { tty: true, columns: 100, env: { NO_COLOR: '1' } },
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.startsWith(`${ENTER}${HOME}Process`)).toBe(true)
    const [drawn = '', last = ''] = out.split(LEAVE)
    const pictures = drawn.split(HOME).slice(1)
    expect(pictures).toHaveLength(2)
    expect(pictures[0]).toContain('order-1 ')
    expect(pictures[1]).not.toContain('order-1 ')
    expect(last).toMatch(/^Process .*\norder-1-invoice .*\norder-2-invoice .*\npoison-1 .*\n$/)
  })

  test('time goes by while nothing happens', async () => {
    const { watch } = await watching()
    const { out } = await watch(['show', 'work.db', 'order-1'], [() => Promise.resolve()], {
      tty: true,
      env: { NO_COLOR: '1' },
    })
    expect([...out.matchAll(/open for ([\w ]+)/g)].map(([, time]) => time)).toEqual([
      '15 min',
      '15 min 1 s',
      '15 min 1 s',
    ])
  })

  test('as much as there is room for; a closed process is shown once, and that is all', async () => {
    const { watch } = await watching()
    const { out, pauses } = await watch(['history', 'work.db', 'order-3', '--events'], [], { tty: true })
    expect(pauses).toBe(0)
    expect(out.split(HOME)).toHaveLength(2)
    const writes: string[] = []
    await watch(['history', 'work.db', 'order-3', '--events'], [], {
      io: { stdout: { write: (text) => writes.push(text), isTTY: true, columns: 80, rows: 8 } },
    })
    const [, drawn = '', , last = ''] = writes
    expect(drawn.trimEnd().split('\n')).toHaveLength(8)
    expect(drawn).toContain('and 6 more lines')
    expect(last.trimEnd().split('\n')).toHaveLength(12)
  })

  test('an error leaves the terminal as it was', async () => {
    const { watch } = await watching()
    const { code, out, err } = await watch(['show', 'work.db', 'nobody'], [], { tty: true })
    expect(code).toBe(4)
    expect(out).toBe(`${ENTER}${LEAVE}`)
    expect(err).toContain('no-such-process')
  })

  test('interrupted while it reads, too', async () => {
    const { run } = await watching()
    const interruption = new AbortController()
    const openRecords = (path: string, options: { readonly create: boolean }): SqliteRecords => {
      const records = createSqliteRecords({ path, ...options })
      return {
        ...records,
        transact: (work, how) => {
          interruption.abort(new Error('ended by SIGINT'))
          return records.transact(work, how)
        },
      }
    }
    const outcome = await run(['processes', 'history', 'work.db', 'order-1', '--watch'], {
      signal: interruption.signal,
      io: { openRecords },
    })
    expect(outcome).toMatchObject({ code: 0, err: '' })
  })

  test('one that cannot move its cursor is treated as a pipe', async () => {
    const { watch } = await watching()
    const { out } = await watch(['list', 'work.db'], [], { tty: true, env: { TERM: 'dumb' } })
    expect(out).not.toContain(ESCAPE)
    expect(out.trimEnd().split('\n')).toHaveLength(7)
  })
})
