import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import {
  deleteIn,
  emptyTree,
  getIn,
  scanIn,
  setIn,
  type Tree,
} from '../../../ts/records/memory/record-tree.js'

const everything = { collection: 'c', from: '', to: undefined, limit: 1e9, reverse: false }

test('a tree is what a sorted list would be, and an old root is what it was', () => {
  const step = fc.record({ put: fc.boolean(), id: fc.nat(2000) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 500, maxLength: 4000 }), fc.nat(2000), (steps, bound) => {
      let owner = {}
      let tree: Tree = emptyTree(owner)
      const model = new Map<string, string>()
      const kept: { readonly tree: Tree; readonly expected: unknown }[] = []
      steps.forEach(({ put, id }, at) => {
        const sort = String(id).padStart(4, '0')
        if (put) model.set(sort, String(at))
        else model.delete(sort)
        tree = put ? setIn(tree, owner, sort, String(at)) : deleteIn(tree, owner, sort)
        expect(getIn(tree, sort)).toBe(model.get(sort))
        if (at % 300 > 0) return
        kept.push({ tree, expected: sorted(model) })
        owner = {}
      })
      // Then all are taken away, so that nodes are put together as well.
      const expected = sorted(model)
      expect(scanIn(tree, everything)).toEqual(expected)
      expect(scanIn(tree, { ...everything, reverse: true, limit: 7 })).toEqual(
        [...expected].reverse().slice(0, 7),
      )
      const [from, to] = [String(bound >> 1).padStart(4, '0'), String(bound).padStart(4, '0')]
      const within = expected.filter(({ sort }) => sort >= from && sort < to)
      expect(scanIn(tree, { ...everything, from, to })).toEqual(within)
      expect(scanIn(tree, { ...everything, from, to, reverse: true })).toEqual(within.reverse())
      for (const { sort } of expected) tree = deleteIn(tree, owner, sort)
      expect(scanIn(tree, everything)).toEqual([])
      for (const { tree: old, expected: was } of kept) expect(scanIn(old, everything)).toEqual(was)
    }),
    { numRuns: 20 },
  )
})

function sorted(model: ReadonlyMap<string, string>): { sort: string; text: string }[] {
  return [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sort, text]) => ({ sort, text }))
}

test('a tree stays flat and full enough when records come and go in order', () => {
  const owner = {}
  let tree: Tree = emptyTree(owner)
  const name = (id: number): string => String(id).padStart(8, '0')
  for (let id = 0; id < 50_000; id++) {
    tree = setIn(tree, owner, name(id), 'x')
    if (id >= 1000) tree = deleteIn(tree, owner, name(id - 1000))
  }
  expect(scanIn(tree, everything).length).toBe(1000)
  expect(nodesOf(tree)).toBeLessThan(60)
})

function nodesOf(tree: Tree): number {
  return 'children' in tree ? tree.children.reduce((sum, child) => sum + nodesOf(child), 1) : 1
}

test('work that only reads does not wait for a writer, and sees nothing of it', async () => {
  const records = createMemoryRecords()
  await records.transact((transaction) => transaction.set(['c', 1], 'old'))
  const order: string[] = []
  const writing = records
    .transact(async (transaction) => {
      transaction.set(['c', 1], 'new')
      for (let time = 0; time < 50; time++) await transaction.get(['c', 1])
    })
    .then(() => order.push('written'))
  const reading = records.transact((transaction) => transaction.get(['c', 1]), { readonly: true })
  expect(await reading.finally(() => order.push('read'))).toBe('old')
  await writing
  expect(order).toEqual(['read', 'written'])
})

test('a transaction that waits and is given up is out of the way at once; the others have their turns in order', async () => {
  const records = createMemoryRecords()
  const order: number[] = []
  const abort = new AbortController()
  const reason = new Error('planned')
  const works = [0, 1, 2, 3, 4].map((id) =>
    records.transact(
      async (transaction) => {
        order.push(id)
        for (let time = 0; time < 20; time++) await transaction.get(['c'])
        if (id === 0) abort.abort(reason)
      },
      id === 2 ? { signal: abort.signal } : {},
    ),
  )
  const outcomes = await Promise.allSettled(works)
  expect(outcomes[2]).toEqual({ status: 'rejected', reason })
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(4)
  expect(order).toEqual([0, 1, 3, 4])
  await records.close()
})
