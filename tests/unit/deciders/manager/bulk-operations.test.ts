import { describe, expect, test, vi } from 'vitest'
import {
  completeProcess,
  defineActivity,
  defineWorkflow,
  failProcess,
  scheduleActivity,
} from '../../../../ts/deciders/definitions/index.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'
import { UnitflowError } from '../../../../ts/errors/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { Work } from './work.js'
import { work } from './work.js'

const MANY = 2500

/** Pays, then ships: what is in `broken` fails. */
function shop(broken: Set<string>) {
  const asked: string[] = []
  const step = (name: string) =>
    defineActivity(name, (input: string) => {
      asked.push(name)
      if (broken.has(name)) throw new Error(`${name} is broken`)
      return `${name} ${input}`
    })
  const pay = step('pay')
  const ship = step('ship')
  const order = defineWorkflow({
    name: 'order',
    input: of<string>(),
    result: of<unknown>(),
    signals: { hurry: of<number>() },
    activities: [pay, ship],
    decide(process) {
      for (const activity of [pay, ship]) {
        const done = process.latest(activity)
        if (done === undefined) return scheduleActivity(activity, process.input)
        if (done.type === 'scheduled' || done.type === 'started') return []
        if (done.type !== 'completed') return failProcess(done)
      }
      return completeProcess('shipped')
    },
  })
  const other = defineWorkflow({ name: 'other', input: of<null>(), activities: [], decide: () => [] })
  return { ...work([order, other], { concurrency: 64 }), asked, order, other }
}

function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `order-${String(index).padStart(4, '0')}`)
}

async function startAll({ manager, order }: ReturnType<typeof shop>, ids: readonly string[]): Promise<void> {
  for (const id of ids) await manager.start(order, id, { id, tags: ['web'] })
}

async function typesOf({ backend }: Work, id: string): Promise<readonly HistoryEvent['type'][]> {
  return (await backend.history(id)).map(({ type }) => type)
}

describe('D83 retry', () => {
  test('does what went wrong anew, and nothing that went well; the other stays as it is', async () => {
    const broken = new Set(['ship'])
    const all = shop(broken)
    const id = await all.manager.start(all.order, 'mug', { id: 'order-1' })
    await all.settle()
    expect((await all.manager.result(id)).status).toBe('failed')
    const before = await all.backend.history(id)
    broken.clear()
    const again = await all.manager.retry(id)
    await all.settle()
    expect(await all.manager.result(again)).toEqual({ status: 'completed', result: 'shipped' })
    expect(all.asked).toEqual(['pay', 'ship', 'ship'])
    expect(await all.backend.history(id)).toEqual(before)
    const [started] = await all.manager.history(again)
    expect(started).toMatchObject({ input: 'mug', origin: { type: 'forked', process: id } })
  })

  test('of one that was canceled from outside goes on from there, with what was open', async () => {
    const all = shop(new Set(['pay']))
    const id = await all.manager.start(all.order, 'mug')
    await all.decisions.step()
    await all.backend.pollActivityTasks()
    await all.manager.cancel(id, { reason: 'by mistake' })
    const again = await all.manager.retry(id)
    expect(await all.backend.openActivities(again)).toMatchObject([{ activity: 'pay', status: 'waiting' }])
    const { origin } = (await all.manager.history(again))[0] as { origin?: unknown }
    expect(origin).toEqual({ type: 'forked', process: id, seq: 5 })
  })

  test('of one that is open, or is not there, is refused', async () => {
    const { manager, order } = shop(new Set())
    const id = await manager.start(order, 'mug')
    await expect(manager.retry(id)).rejects.toMatchObject({ code: 'process-open', fields: { process: id } })
    await expect(manager.retry('nobody')).rejects.toMatchObject({ code: 'no-such-process' })
    await expect(manager.fork('nobody', { at: 1 })).rejects.toMatchObject({ code: 'no-such-process' })
    await expect(manager.fork(id, { at: 0 })).rejects.toMatchObject({ code: 'bad-argument' })
    await expect(manager.fork(id, { at: 1, id })).rejects.toMatchObject({ code: 'process-exists' })
  })
})

test('D83 fork takes the id that it is given, and begins with what both have in common', async () => {
  const all = shop(new Set(['ship']))
  const id = await all.manager.start(all.order, 'mug')
  await all.settle()
  expect(await all.manager.fork(id, { at: 4, id: 'again' })).toBe('again')
  await all.settle()
  expect((await all.manager.result('again')).status).toBe('failed')
  expect(all.asked).toEqual(['pay', 'ship', 'pay', 'ship'])
  expect((await typesOf(all, 'again')).slice(0, 4)).toEqual((await typesOf(all, id)).slice(0, 4))
})

describe('D83 many at once', () => {
  test('cancelAll closes all that are open, page by page, and reports each in its order', async () => {
    const all = shop(new Set())
    const ids = idsOf(MANY)
    await startAll(all, ids)
    const spared = await all.manager.start(all.other, null)
    const pages = vi.spyOn(all.backend, 'processes')
    const report = await all.manager.cancelAll({ workflow: 'order' }, { reason: 'stock is gone' })
    expect(pages).toHaveBeenCalledTimes(3)
    expect(report).toEqual({ done: ids.map((process) => ({ process })), failed: [] })
    expect((await all.manager.process(ids[MANY - 1]!)).closed?.result).toEqual({
      type: 'canceled',
      reason: 'stock is gone',
    })
    expect((await all.manager.process(spared)).closed).toBe(undefined)
    expect(await all.manager.cancelAll({ workflow: 'order' })).toEqual({ done: [], failed: [] })
  })

  test('cancelAll may ask instead', async () => {
    const all = shop(new Set())
    await startAll(all, idsOf(2))
    await all.manager.cancelAll({ tag: 'web' }, { request: true })
    for (const id of idsOf(2)) expect(await typesOf(all, id)).toEqual(['process-started', 'cancel-requested'])
  })

  test('signalAll reaches all that are open; one that fails is told, and holds up no other', async () => {
    const all = shop(new Set())
    const ids = idsOf(MANY)
    await startAll(all, ids)
    await all.manager.cancel(ids[0]!)
    const [, gone = '', broken = '', ...rest] = ids
    const signal = all.backend.signalProcess.bind(all.backend)
    vi.spyOn(all.backend, 'signalProcess').mockImplementation(async (id, sent) => {
      // Closed after it was found.
      if (id === gone) await all.manager.cancel(id)
      if (id === broken) throw new UnitflowError('store-busy', 'planned', { waited: 1 })
      await signal(id, sent)
    })
    const report = await all.manager.signalAll({ tag: 'web' }, 'hurry', 1)
    expect(report.done).toEqual(rest.map((process) => ({ process })))
    expect(report.failed).toMatchObject([
      { process: gone, error: { code: 'process-closed' } },
      { process: broken, error: { code: 'store-busy' } },
    ])
    expect((await typesOf(all, ids[MANY - 1]!)).filter((type) => type === 'signal')).toHaveLength(1)
  })

  test('signalAll checks what is sent', async () => {
    const all = shop(new Set())
    await startAll(all, idsOf(1))
    await expect(all.manager.signalAll({}, ' ', 1)).resolves.toMatchObject({
      done: [],
      failed: [{ process: 'order-0000', error: { code: 'bad-argument' } }],
    })
  })

  test('retryAll forks what has failed or timed out, and no fork of its own', async () => {
    const broken = new Set(['ship'])
    const all = shop(broken)
    const ids = idsOf(MANY)
    await startAll(all, ids)
    await all.manager.cancel(ids[1]!)
    await all.settle()
    broken.clear()
    const fine = await all.manager.start(all.order, 'fine')
    await all.settle()
    expect((await all.manager.result(fine)).status).toBe('completed')
    const report = await all.manager.retryAll({ workflow: 'order' })
    expect(report.failed).toEqual([])
    expect(report.done.map(({ process }) => process)).toEqual(ids.filter((id) => id !== ids[1]))
    const forks = report.done.map(({ fork }) => fork!)
    expect(new Set(forks).size).toBe(MANY - 1)
    await all.settle()
    for (const fork of [forks[0]!, forks[MANY - 2]!])
      expect((await all.manager.result(fork)).status).toBe('completed')
    expect(all.asked.filter((name) => name === 'pay')).toHaveLength(MANY)
  })
})
