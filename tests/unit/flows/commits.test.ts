import { expect, test } from 'vitest'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import type { RecordStore, RecordTransaction } from '../../../ts/records/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../ts/flows/index.js'

/** Counts transactions that write: each is one durable commit. */
function counted(): { readonly records: RecordStore; readonly commits: () => number } {
  const inner = createMemoryRecords()
  let commits = 0
  const records: RecordStore = {
    transact: (work, options) =>
      inner.transact(async (transaction) => {
        const written: string[] = []
        const counting: RecordTransaction = {
          get: (...given) => transaction.get(...given),
          scan: (range) => transaction.scan(range),
          set: (...given) => {
            written.push(given[0][0])
            transaction.set(...given)
          },
          delete: (key) => {
            written.push(key[0])
            transaction.delete(key)
          },
        }
        const result = await work(counting)
        if (written.length > 0) commits++
        return result
      }, options),
    onCommit: (listener) => inner.onCommit(listener),
    close: () => inner.close(),
  }
  return { records, commits: () => commits }
}

const names = ['a', 'b', 'c', 'd', 'e']
const five = defineFlow(
  'five',
  names.map((name) => defineTask({ name, outputs: { [name]: of<number>() }, run: () => ({ [name]: 1 }) })),
)

test.each([false, true])(
  'F26 one durable commit a task, and two more a flow; until nothing waits: %s',
  async (untilIdle) => {
    const { records, commits } = counted()
    const runner = createFlowRunner({ records, flows: [five] })
    for (const times of [1, 2]) {
      await runner.schedule(five, {})
      expect(commits()).toBe(times + (times - 1) * (1 + names.length))
      await (untilIdle ? runner.runUntilIdle() : runner.run())
      expect(commits()).toBe(times * (2 + names.length))
    }
  },
)
