import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  isUnitflowError,
  readManifest,
  removeProcess,
  verifyStore,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { processSpec, workflowJson } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { outcome, refused } from './refused.js'
import { contentOf, storesUnderTest } from './stores-under-test.js'

const ids = ['A', 'B', 'C', 'D']
const workflow = workflowJson([{ id: 'Top', calls: ids }, ...ids.map((id) => ({ id }))])
const save = (store: CacheStore, id: string, element: string): Promise<unknown> =>
  cacheProcess(store, 'k', JSON.stringify(processSpec({ id, elements: [element] })))
const elements = async (store: CacheStore): Promise<string[]> =>
  Object.keys((await readManifest(store, 'k')).elements)
    .filter((id) => !id.startsWith('call_'))
    .sort()

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test('U32 editors who save different processes at the same time lose nothing', async () => {
    const { store, another } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', workflow)
    const editors = [store, another(), another(), another()]
    for (let round = 0; round < 5; round++) {
      await Promise.all(editors.map((editor, index) => save(editor, ids[index]!, `${ids[index]!}${round}`)))
      expect(await elements(another())).toEqual(ids.map((id) => `${id}${round}`))
    }
    expect((await verifyStore(another())).findings).toEqual([])
  })

  test('U32 one who saves while another removes and a third caches anew: the last one stands, whole', async () => {
    const { store, another } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', workflow)
    await Promise.all([save(store, 'A', 'a'), removeProcess(another(), 'k', 'B'), save(another(), 'E', 'e')])
    const { processes } = await readManifest(another(), 'k')
    expect(processes.map(({ id }) => id)).toEqual(['A', 'C', 'D', 'E', 'Top'])
    expect(await elements(another())).toEqual(['a', 'e'])
  })
})

test('U32 two saves of one store object at once lose nothing either', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflow)
  await Promise.all(ids.map((id) => save(store, id, `new ${id}`)))
  expect(await elements(store)).toEqual(ids.map((id) => `new ${id}`))
})

test('U32 who always comes second is told so in the end, and nothing of the others is lost', async () => {
  const medium = createMemoryStore()
  await cacheElementUnitsForWorkflow(medium, 'k', workflow)
  let count = 0
  const { store } = observe(medium, {
    before: async (_number, { operation }) => {
      if (operation === 'replace') await save({ ...medium }, 'B', `b${count++}`)
    },
  })
  const error = await refused(save(store, 'A', 'mine'))
  expect(error).toMatchObject({ code: 'write-conflict', fields: { cacheKey: 'k', attempts: count } })
  expect(count).toBeGreaterThan(3)
  expect(await elements(medium)).toEqual([`b${count - 1}`])
})

describe('U32 on a store without replace', () => {
  const plain = (medium: CacheStore): CacheStore => observe(medium, { plain: true }).store

  /** Two editors who have both seen the same version, and save one after the other. */
  async function race(): Promise<{ medium: CacheStore; loser: CacheStore; winner: CacheStore }> {
    const medium = createMemoryStore()
    await cacheElementUnitsForWorkflow(medium, 'k', workflow)
    const winner = plain(medium)
    const { store: loser } = observe(medium, { plain: true })
    // The winner has read the root before the loser's save, and writes after it.
    let go = (): void => undefined
    const waiting = new Promise<void>((resolve) => (go = resolve))
    const slow = observe(medium, {
      plain: true,
      before: async (_number, { operation, keys }) => {
        if (operation === 'set' && keys[0]?.startsWith('v2/roots')) await waiting
      },
    }).store
    const late = save(slow, 'B', 'winner')
    await save(loser, 'A', 'loser')
    go()
    await late
    return { medium, loser, winner: slow === winner ? winner : slow }
  }

  test('the loser is told on its next write, with what is to be saved again, and then goes on', async () => {
    const { medium, loser } = await race()
    expect(await elements(medium)).toEqual(['winner'])
    const error = await refused(save(loser, 'C', 'next'))
    expect(error).toMatchObject({ code: 'lost-update', fields: { cacheKey: 'k', processIds: ['A'] } })
    await save(loser, 'A', 'loser again')
    await save(loser, 'C', 'next')
    expect(await elements(medium)).toEqual(['loser again', 'next', 'winner'])
  })

  test('two saves of one store object at once lose nothing, or the loser is told', async () => {
    const medium = createMemoryStore()
    await cacheElementUnitsForWorkflow(medium, 'k', workflow)
    const store = plain(medium)
    await Promise.all([save(store, 'A', 'a'), save(store, 'B', 'b')])
    const found = await elements(medium)
    const lost = ['a', 'b'].filter((id) => !found.includes(id)).map((id) => id.toUpperCase())
    const next = await outcome(save(store, 'C', 'c'))
    expect(isUnitflowError(next, 'lost-update') ? next.fields.processIds : []).toEqual(lost)
  })

  test('the winner, and others who lost nothing, hear nothing of it', async () => {
    const { medium, winner } = await race()
    await save(winner, 'C', 'more')
    await save(plain(medium), 'D', 'else')
    await removeProcess(winner, 'k', 'D')
    expect(await elements(medium)).toEqual(['more', 'winner'])
  })

  test('who saved and was followed by others, all of whom had seen it, is not told that it lost', async () => {
    const medium = createMemoryStore()
    await cacheElementUnitsForWorkflow(medium, 'k', workflow)
    const [first, second] = [plain(medium), plain(medium)]
    await save(first, 'A', 'first')
    for (let n = 0; n < 60; n++) await save(second, 'B', `b${n}`)
    await save(first, 'C', 'more')
    expect(await elements(medium)).toEqual(['b59', 'first', 'more'])
  })

  test('the loser is told all that it lost, not only its last save', async () => {
    const medium = createMemoryStore()
    await cacheElementUnitsForWorkflow(medium, 'k', workflow)
    const before = await contentOf(medium, 'v2/roots')
    const loser = plain(medium)
    await save(loser, 'A', 'a')
    await save(loser, 'B', 'b')
    // Somebody who had seen neither, as a plain medium lets them.
    await medium.setMany([...before])
    await save(plain(medium), 'D', 'winner')
    const error = await refused(save(loser, 'C', 'next'))
    expect(error).toMatchObject({ code: 'lost-update', fields: { processIds: ['A', 'B'] } })
  })

  test('the loser is told also in a workflow that was saved many times before', async () => {
    const medium = createMemoryStore()
    await cacheElementUnitsForWorkflow(medium, 'k', workflow)
    const busy = plain(medium)
    for (let n = 0; n < 40; n++) await save(busy, 'D', `d${n}`)
    const loser = plain(medium)
    const before = await contentOf(medium, 'v2/roots')
    await save(loser, 'A', 'loser')
    // Somebody who had not seen it, as a plain medium lets them.
    await medium.setMany([...before])
    await save(plain(medium), 'B', 'winner')
    const error = await refused(save(loser, 'C', 'next'))
    expect(error).toMatchObject({ code: 'lost-update', fields: { processIds: ['A'] } })
  })

  test('caching the whole workflow replaces what was saved, and is no loss to anybody', async () => {
    const medium = createMemoryStore()
    await cacheElementUnitsForWorkflow(medium, 'k', workflow)
    const [first, second] = [plain(medium), plain(medium)]
    await save(first, 'A', 'first')
    await cacheElementUnitsForWorkflow(second, 'k', workflow)
    await save(first, 'B', 'more')
    expect(await elements(medium)).toEqual(['more'])
  })
})
