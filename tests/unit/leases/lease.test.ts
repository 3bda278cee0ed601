import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMemoryRecords } from 'unitflow/records/memory'
import type { Lease } from '../../../ts/leases/index.js'
import { acquireLease, assertLease, readLease, releaseLease, renewLease } from '../../../ts/leases/index.js'
import type { RecordKey, RecordStore } from '../../../ts/records/index.js'

const key: RecordKey = ['leases', 'a']

function acquire(
  records: RecordStore,
  owner: string,
  now: number,
  duration = 100,
): Promise<Lease | undefined> {
  return records.transact((transaction) => acquireLease(transaction, key, { owner, now, duration }))
}

function check(records: RecordStore, token: number): Promise<Lease> {
  return records.transact((transaction) => assertLease(transaction, key, token))
}

test('a lease is given to one, and to the next when it has run out, with a higher token', async () => {
  const records = createMemoryRecords()
  expect(await acquire(records, 'a', 0)).toEqual({ owner: 'a', token: 1, until: 100 })
  expect(await acquire(records, 'b', 99)).toBeUndefined()
  expect(await acquire(records, 'a', 99)).toBeUndefined()
  expect(await acquire(records, 'b', 100)).toEqual({ owner: 'b', token: 2, until: 200 })
})

test('a stale holder is refused whatever it does, and changes nothing', async () => {
  const records = createMemoryRecords()
  await acquire(records, 'a', 0)
  const current = await acquire(records, 'b', 100)
  const lost = { code: 'lease-lost', fields: { token: 1, current: 2 } }
  await expect(check(records, 1)).rejects.toMatchObject(lost)
  const renewing = records.transact((transaction) =>
    renewLease(transaction, key, 1, { now: 100, duration: 100 }),
  )
  await expect(renewing).rejects.toMatchObject(lost)
  expect(await records.transact((transaction) => releaseLease(transaction, key, 1))).toBe(false)
  expect(await records.transact((transaction) => readLease(transaction, key))).toEqual(current)
  expect(await check(records, 2)).toEqual(current)
})

test('work of a stale holder is refused with all that it has written', async () => {
  const records = createMemoryRecords()
  await acquire(records, 'a', 0)
  await acquire(records, 'b', 100)
  const work = records.transact(async (transaction) => {
    transaction.set(['orders', 1], 'written by a')
    await assertLease(transaction, key, 1)
  })
  await expect(work).rejects.toMatchObject({ code: 'lease-lost' })
  expect(await records.transact((transaction) => transaction.get(['orders', 1]))).toBeUndefined()
})

test('a lease is renewed, also one that has run out and was given to nobody else', async () => {
  const records = createMemoryRecords()
  await acquire(records, 'a', 0)
  const renew = (now: number): Promise<Lease> =>
    records.transact((transaction) => renewLease(transaction, key, 1, { now, duration: 100 }))
  expect(await renew(50)).toEqual({ owner: 'a', token: 1, until: 150 })
  expect(await acquire(records, 'b', 149)).toBeUndefined()
  expect(await check(records, 1)).toMatchObject({ until: 150 })
  expect(await renew(1000)).toEqual({ owner: 'a', token: 1, until: 1100 })
  expect(await acquire(records, 'b', 1099)).toBeUndefined()
})

test('a released lease is given at once, its token is refused, and no token is given twice', async () => {
  const records = createMemoryRecords()
  await acquire(records, 'a', 0)
  const release = (token: number): Promise<boolean> =>
    records.transact((transaction) => releaseLease(transaction, key, token))
  expect(await release(1)).toBe(true)
  expect(await release(1)).toBe(false)
  expect(await records.transact((transaction) => readLease(transaction, key))).toBeUndefined()
  await expect(check(records, 1)).rejects.toMatchObject({ code: 'lease-lost' })
  expect(await acquire(records, 'b', 0)).toEqual({ owner: 'b', token: 2, until: 100 })
})

test('a lease that was never given is nobody’s', async () => {
  const records = createMemoryRecords()
  await expect(check(records, 1)).rejects.toMatchObject({
    code: 'lease-lost',
    fields: { token: 1, current: 0 },
  })
  await expect(check(records, 0)).rejects.toMatchObject({ code: 'lease-lost' })
  expect(await records.transact((transaction) => readLease(transaction, key))).toBeUndefined()
})

test('of many who ask at once one is given the lease', async () => {
  const records = createMemoryRecords()
  const all = await Promise.all(Array.from({ length: 50 }, (_, at) => acquire(records, `worker ${at}`, 0)))
  expect(all.filter((lease) => lease !== undefined)).toHaveLength(1)
})

test('whoever asks when, tokens only rise, and only the newest is good', async () => {
  const step = fc.record({
    what: fc.constantFrom('acquire', 'release', 'renew'),
    owner: fc.nat({ max: 2 }),
    wait: fc.nat({ max: 80 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const records = createMemoryRecords()
      let now = 0
      let newest = 0
      const held = new Map<number, number>()
      for (const { what, owner, wait } of steps) {
        now += wait
        const token = held.get(owner) ?? 0
        if (what === 'acquire') {
          const lease = await acquire(records, String(owner), now)
          if (lease === undefined) continue
          expect(lease.token).toBe(newest + 1)
          newest = lease.token
          held.set(owner, newest)
        } else if (what === 'release') {
          const released = await records.transact((transaction) => releaseLease(transaction, key, token))
          if (released) expect(token).toBe(newest)
          if (released) held.delete(owner)
        } else {
          const renewing = records.transact((transaction) =>
            renewLease(transaction, key, token, { now, duration: 100 }),
          )
          const isNewest = token !== 0 && token === newest
          if (isNewest) expect(await renewing).toMatchObject({ token, until: now + 100 })
          else await expect(renewing).rejects.toMatchObject({ code: 'lease-lost' })
        }
      }
    }),
  )
})

test.each([
  null,
  5,
  'a',
  [],
  {},
  { owner: 'a', token: 1.5, until: 1 },
  { owner: 1, token: 1, until: 1 },
  new Date(0),
])('a record that holds something else is refused and left alone: %j', async (value) => {
  const records = createMemoryRecords()
  await records.transact((transaction) => transaction.set(key, value))
  await expect(acquire(records, 'a', 0)).rejects.toMatchObject({ code: 'store-damaged' })
  await expect(check(records, 1)).rejects.toMatchObject({ code: 'store-damaged' })
  expect(await records.transact((transaction) => transaction.get(key))).toEqual(value)
})

test.each([
  ['owner', '', 0, 100],
  ['now', 'a', NaN, 100],
  ['now', 'a', -1, 100],
  ['duration', 'a', 0, 0],
  ['duration', 'a', 0, Infinity],
])('a wrong %s is refused', async (argument, owner, now, duration) => {
  await expect(acquire(createMemoryRecords(), owner, now, duration)).rejects.toMatchObject({
    code: 'bad-argument',
    fields: { argument },
  })
})
