import { describe, expect, test } from 'vitest'
import { createBackend } from '../../../ts/deciders/index.js'
import type { HistoryEvent, WorkflowBackend } from '../../../ts/deciders/index.js'
import { UnitflowError } from '../../../ts/errors/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { commandLine } from './command-line.js'
import type { CommandLine, Surroundings } from './command-line.js'
import { MINUTE, MORNING, openWork, shopAtWork } from './work-processes.js'

interface Shop extends CommandLine {
  readonly processes: CommandLine['run']
  /** The last event of a process. */
  readonly last: (id: string) => Promise<HistoryEvent | undefined>
}

async function shop(): Promise<Shop> {
  const line = await commandLine()
  const work = await shopAtWork(line.folder)
  await work.close()
  return {
    ...line,
    processes: (argv, surroundings: Surroundings = {}) =>
      line.run(['processes', ...argv], { now: () => MORNING + 15 * MINUTE, ...surroundings }),
    last: async (id) => {
      const { backend, close } = openWork(line.folder)
      const events = await backend.history(id)
      await close()
      return events.at(-1)
    },
  }
}

describe('processes signal', () => {
  test('D47 one process, with data or without', async () => {
    const { processes, last } = await shop()
    expect(await processes(['signal', 'work.db', 'order-1', 'extra-item', '{"item":"pen"}'])).toMatchObject({
      code: 0,
      out: 'order-1 has the signal extra-item\n',
      err: '',
    })
    expect(await last('order-1')).toMatchObject({
      type: 'signal',
      name: 'extra-item',
      data: { item: 'pen' },
      at: MORNING + 15 * MINUTE,
    })
    expect((await processes(['signal', 'work.db', 'order-1', 'hurry', '--json'])).json()).toEqual({
      processes: [{ process: 'order-1' }],
    })
    expect(await last('order-1')).toMatchObject({ name: 'hurry', data: null })
    const date = '{"$type":"date","value":"2027-01-15T08:00:00.000Z"}'
    await processes(['signal', 'work.db', 'order-1', 'due', date])
    expect(await last('order-1')).toMatchObject({ data: new Date(MORNING) })
  })

  test('its decider goes on with it', async () => {
    const { processes, folder } = await shop()
    await processes(['signal', 'work.db', 'order-1', 'enough'])
    const work = openWork(folder)
    await work.clock.advance(15 * MINUTE)
    await work.settle()
    await work.close()
    expect((await processes(['show', 'work.db', 'order-1'])).out).toMatch(
      /^order-1 {2}completed after 15 min\n/,
    )
  })

  test('what is no JSON, or no name: exit code 2, and nothing is sent', async () => {
    const { processes, last } = await shop()
    const before = await last('order-1')
    for (const wrong of [
      ['order-1'],
      ['order-1', 'hurry', '{"item"'],
      ['order-1', 'hurry', 'book'],
      ['order-1', 'hurry', '{"$type":"date","value":"yesterday"}'],
      ['order-1', ' '],
      ['order-1', 'hurry', '1', 'more'],
      ['order-1', 'hurry', '1', '--tag', 'eu', '--yes'],
    ]) {
      const outcome = await processes(['signal', 'work.db', ...wrong])
      expect(outcome, wrong.join(' ')).toMatchObject({ code: 2, out: '' })
    }
    expect(await last('order-1')).toEqual(before)
  })

  test('a closed process takes none: exit code 3', async () => {
    const { processes } = await shop()
    expect(await processes(['signal', 'work.db', 'order-2', 'hurry'])).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(/^error\[process-closed\] /) as string,
    })
  })

  test('D83 all of a workflow, once they are counted', async () => {
    const { processes, last } = await shop()
    const before = await last('order-1-invoice')
    const counted = await processes(['signal', 'work.db', '--workflow', 'invoice', 'remind', '"now"'])
    expect(counted).toMatchObject({
      code: 0,
      out: '2 open processes\n  order-1-invoice\n  order-2-invoice\n',
      err: 'nothing was changed: with --yes it is\n',
    })
    expect(await last('order-1-invoice')).toEqual(before)
    const sent = await processes(['signal', 'work.db', '--workflow', 'invoice', '--yes', 'remind', '"now"'])
    expect(sent).toMatchObject({ code: 0, err: '' })
    expect(sent.out).toBe(
      '2 open processes\n  order-1-invoice has the signal remind\n  order-2-invoice has the signal remind\n',
    )
    for (const id of ['order-1-invoice', 'order-2-invoice'])
      expect(await last(id)).toMatchObject({ type: 'signal', name: 'remind', data: 'now' })
  })
})

describe('processes cancel', () => {
  test('D48 one process, at once or asked', async () => {
    const { processes, last } = await shop()
    expect(
      await processes(['cancel', 'work.db', 'order-1-invoice', '--request', '--reason', 'late']),
    ).toMatchObject({ code: 0, out: 'order-1-invoice is asked to cancel itself\n', err: '' })
    expect(await last('order-1-invoice')).toMatchObject({ type: 'cancel-requested', reason: 'late' })
    expect(await processes(['cancel', 'work.db', 'order-1', '--reason', 'sold out'])).toMatchObject({
      code: 0,
      out: 'order-1 is canceled\n',
    })
    expect(await last('order-1')).toMatchObject({ result: { type: 'canceled', reason: 'sold out' } })
    expect(await processes(['cancel', 'work.db', 'order-1'])).toMatchObject({ code: 3, out: '' })
    expect(await processes(['cancel', 'work.db'])).toMatchObject({ code: 2, out: '' })
    expect(await processes(['cancel', 'work.db', 'order-1', '--tag', 'eu'])).toMatchObject({ code: 2 })
  })

  test('D83 by workflow and tag: what was done is told for each', async () => {
    const { processes } = await shop()
    const counted = await processes(['cancel', 'work.db', '--workflow', 'order', '--tag', 'eu', '--json'])
    expect(counted.json()).toEqual({ dryRun: true, processes: [{ process: 'order-1' }] })
    const canceled = await processes(['cancel', 'work.db', '--workflow', 'order', '--tag', 'eu', '--yes'])
    expect(canceled).toMatchObject({ code: 0, out: '1 open process\n  order-1 is canceled\n' })
    expect(await processes(['cancel', 'work.db', '--tag', 'eu', '--yes'])).toMatchObject({
      code: 0,
      out: '0 open processes\n',
    })
  })

  test('of many only some are named before', async () => {
    const { processes, folder } = await shop()
    const { backend, close } = openWork(folder)
    for (let number = 10; number < 22; number++)
      await backend.startProcess({ workflow: 'invoice', id: `bulk-${number}`, tags: ['bulk'] })
    await close()
    const { out } = await processes(['cancel', 'work.db', '--tag', 'bulk'])
    expect(out).toMatch(/^12 open processes\n( {2}bulk-1\d\n){10} {2}and 2 more\n$/)
  })

  test('one that has closed meanwhile is told, the others are done: exit code 1', async () => {
    const { processes } = await shop()
    const line = ['cancel', 'work.db', '--workflow', 'invoice', '--yes']
    const outcome = await processes(line, {
      io: {
        createBackend: faulty((backend) => ({
          cancelProcess: async (id, options) => {
            if (id === 'order-1-invoice') await backend.cancelProcess(id)
            await backend.cancelProcess(id, options)
          },
        })),
      },
    })
    expect(outcome).toMatchObject({ code: 1, err: '' })
    expect(outcome.out).toMatch(
      /^2 open processes\n {2}order-1-invoice the process .* is closed\n {2}order-2-invoice is canceled\n$/,
    )
  })

  test('interrupted in between: what was done is told, exit code 130', async () => {
    const { processes } = await shop()
    const interruption = new AbortController()
    const outcome = await processes(['cancel', 'work.db', '--workflow', 'invoice', '--yes', '--json'], {
      signal: interruption.signal,
      io: {
        createBackend: faulty((backend) => ({
          cancelProcess: async (id, options) => {
            await backend.cancelProcess(id, options)
            interruption.abort(new Error('ended'))
          },
        })),
      },
    })
    expect(outcome.code).toBe(130)
    expect(outcome.json()).toEqual({ processes: [{ process: 'order-1-invoice' }] })
    expect((await processes(['show', 'work.db', 'order-2-invoice'])).out).toContain('open for')
  })
})

test('the file fails in between: what was done is told', async () => {
  const { processes } = await shop()
  const failing = faulty((backend) => ({
    signalProcess: async (id, sent) => {
      if (id === 'order-2-invoice') throw new UnitflowError('store-busy', 'busy', { waited: 10_000 })
      await backend.signalProcess(id, sent)
    },
  }))
  const line = ['signal', 'work.db', '--workflow', 'invoice', 'remind', '--yes', '--json']
  const outcome = await processes(line, { io: { createBackend: failing } })
  expect(outcome.code).toBe(4)
  expect(outcome.json()).toEqual({ processes: [{ process: 'order-1-invoice' }] })
  expect(JSON.parse(outcome.err)).toMatchObject({ error: { code: 'store-busy' } })
})

describe('processes fork', () => {
  test('D83 asks for what is to be in common, and tells the new id', async () => {
    const { processes } = await shop()
    const asked: unknown[] = []
    const io = {
      createBackend: faulty(() => ({
        forkProcess: async (id, fork) => {
          asked.push([id, fork])
          return fork.id ?? 'drawn'
        },
      })),
    }
    expect(
      await processes(['fork', 'work.db', 'order-3', '--at', '4', '--id', 'again'], { io }),
    ).toMatchObject({
      code: 0,
      out: 'again goes on from event 4 of order-3\n',
      err: '',
    })
    expect((await processes(['fork', 'work.db', 'order-3', '--at', '4', '--json'], { io })).json()).toEqual({
      process: 'drawn',
      origin: 'order-3',
      at: 4,
    })
    expect(asked).toEqual([
      ['order-3', { at: 4, id: 'again' }],
      ['order-3', { at: 4 }],
    ])
  })

  test('D83 the new process is in the file, and goes on; the other one stays as it is', async () => {
    const { processes, folder } = await shop()
    const before = await processes(['history', 'work.db', 'order-3', '--json'])
    const forked = await processes(['fork', 'work.db', 'order-3', '--at', '4', '--id', 'again'])
    expect(forked).toMatchObject({ code: 0, out: 'again goes on from event 4 of order-3\n', err: '' })
    const shown = await processes(['show', 'work.db', 'again'])
    expect(shown.out).toContain('origin    forked from order-3 after event 4\n')
    expect(shown.out).toMatch(/^charge +order-3:4 +waiting /m)
    expect((await processes(['history', 'work.db', 'order-3', '--json'])).out).toBe(before.out)

    const { manager, settle, clock, close } = openWork(folder)
    await clock.advance(20 * MINUTE)
    await settle()
    expect((await manager.process('again')).failures).toBe(undefined)
    expect(await manager.backend.openActivities('again')).toMatchObject([{ id: 'order-3:4', attempt: 2 }])
    await close()
    const twice = await processes(['fork', 'work.db', 'order-3', '--at', '4', '--id', 'again'])
    expect(twice).toMatchObject({ code: 3, out: '' })
    expect(twice.err).toMatch(/^error\[process-exists\] /)
    const drawn = await processes(['fork', 'work.db', 'order-3', '--at', '4', '--json'])
    const { process } = drawn.json() as { process: string }
    expect((await processes(['show', 'work.db', process])).code).toBe(0)
  })

  test('what is refused: exit codes', async () => {
    const { processes } = await shop()
    const refusing = (error: Error): Surroundings => ({
      io: { createBackend: faulty(() => ({ forkProcess: () => Promise.reject(error) })) },
    })
    const fork = ['fork', 'work.db', 'order-3', '--at', '4']
    const exists = new UnitflowError('process-exists', 'there is one', { process: 'order-3' })
    expect(await processes(fork, refusing(exists))).toMatchObject({ code: 3, out: '' })
    const argument = new UnitflowError('bad-argument', 'at: expected', { argument: 'at', expected: '' })
    expect(await processes(fork, refusing(argument))).toMatchObject({ code: 2, out: '' })
    const none = new UnitflowError('no-such-process', 'none', { process: 'order-3' })
    expect(await processes(fork, refusing(none))).toMatchObject({ code: 4, out: '' })
    expect(await processes(['fork', 'work.db', 'order-3'])).toMatchObject({ code: 2, out: '' })
    expect(await processes(['fork', 'work.db', 'order-3', '--at', '0'])).toMatchObject({ code: 2, out: '' })
  })
})

/** A backend that does something in another way. */
function faulty(
  change: (backend: WorkflowBackend) => Partial<WorkflowBackend>,
): (records: RecordStore) => WorkflowBackend {
  return (records) => Object.assign(createBackend({ records }), change(createBackend({ records })))
}
