import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createBackend, createManager } from '../../ts/deciders/index.js'
import { createSqliteRecords } from '../../ts/records/sqlite/index.js'
import { startActor } from '../faults/actor.mjs'
import { expected, order } from '../faults/order-workflow.mjs'
import { brokenRules } from '../unit/deciders/history/order-rules.js'

const PROCESSES = 1000
const folder = mkdtempSync(join(tmpdir(), 'unitflow-pools-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('SC9 two pools in two OS processes finish 1,000 processes, one of them killed halfway', async () => {
  const path = join(folder, 'processes.db')
  const records = createSqliteRecords({ path })
  const manager = createManager({ backend: createBackend({ records }), workflows: [order] })
  const inputs = Array.from({ length: PROCESSES }, (_, number) => [number, 1, 2].slice(0, 1 + (number % 3)))
  const ids = await Promise.all(
    inputs.map((input, number) => manager.start(order, input, { id: `order-${number}` })),
  )
  const pools = ['first', 'second'].map((name) =>
    startActor('process-worker', { path, name, concurrency: 32 }),
  )
  const isClosed = async (count: number): Promise<void> => {
    const { processes } = await manager.list({ status: 'closed', workflow: 'order', limit: PROCESSES })
    expect(processes.length).toBeGreaterThanOrEqual(count)
  }
  await expect.poll(() => isClosed(PROCESSES / 2).then(() => true, () => false), { timeout: 120_000 }).toBe(true) // prettier-ignore
  pools[0]?.kill()
  await pools[0]?.ended
  await expect.poll(() => isClosed(PROCESSES).then(() => true, () => false), { timeout: 120_000 }).toBe(true) // prettier-ignore
  expect((await pools[1]?.stop())?.failure).toBeUndefined()

  const workers = new Set<string | undefined>()
  for (const [number, id] of ids.entries()) {
    const input = inputs[number] ?? []
    expect(await manager.result(id)).toEqual({ status: 'completed', result: expected(input) })
    const history = await manager.history(id)
    expect(brokenRules(history)).toEqual([])
    const ends = history.flatMap((event) => (event.type === 'activity' ? [event.scheduled] : []))
    expect([ends.length, new Set(ends).size]).toEqual([input.length, input.length])
    for (const event of history) if (event.type === 'activity-started') workers.add(event.identity)
  }
  expect([...workers].sort()).toEqual(['first', 'second'])
  await records.close()
})
