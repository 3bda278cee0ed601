import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { temporaryFolder } from './sqlite/temporary-folder.js'

test('create: false makes no file, whatever is asked for, and uses one that comes later', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'records.db')
  const records = createSqliteRecords({ path, create: false })
  const missing = { code: 'store-missing', fields: { path } }
  await expect(records.transact((it) => it.get(['a']), { readonly: true })).rejects.toMatchObject(missing)
  await expect(records.transact((it) => it.set(['a'], 1))).rejects.toMatchObject(missing)
  await expect(records.collections()).rejects.toMatchObject(missing)
  await expect(records.sizes()).rejects.toMatchObject(missing)
  await expect(records.check()).rejects.toMatchObject(missing)
  await expect(records.backup(`${path}.copy`)).rejects.toMatchObject(missing)
  expect(readdirSync(folder)).toEqual([])
  const maker = createSqliteRecords({ path })
  await maker.transact((it) => it.set(['a'], 1))
  expect(await records.transact((it) => it.get(['a']), { readonly: true })).toBe(1)
  await maker.close()
  await records.close()
})

test('create: false leaves an empty file, and a directory, as they are', async () => {
  const folder = temporaryFolder()
  const [empty, directory] = [join(folder, 'empty.db'), join(folder, 'directory')]
  writeFileSync(empty, '')
  mkdirSync(directory)
  for (const path of [empty, directory]) {
    const records = createSqliteRecords({ path, create: false })
    await expect(records.collections(), path).rejects.toMatchObject({ code: 'foreign-store' })
    await records.close()
  }
  expect(statSync(empty).size).toBe(0)
  expect(readdirSync(directory)).toEqual([])
  expect(readdirSync(folder).sort()).toEqual(['directory', 'empty.db'])
})

test('sizes counts records and the bytes of their values, also of collections with odd names', async () => {
  const records = createSqliteRecords({ path: join(temporaryFolder(), 'records.db') })
  expect(await records.sizes()).toEqual([])
  await records.transact((it) => {
    it.set(['order', 1], 'é')
    it.set(['order', 2], 12)
    it.set(['sqlite_x', 1], null)
    it.set(['gone', 1], 1)
  })
  await records.transact((it) => it.delete(['gone', 1]))
  const sizes = [...(await records.sizes())].sort((a, b) => (a.collection < b.collection ? -1 : 1))
  expect(sizes).toEqual([
    { collection: 'gone', records: 0, bytes: 0 },
    { collection: 'order', records: 2, bytes: 6 },
    { collection: 'sqlite_x', records: 1, bytes: 4 },
  ])
  await records.close()
})

test('a backup where none can be is told: no directory, a link to nowhere, a file', async () => {
  const folder = temporaryFolder()
  const records = createSqliteRecords({ path: join(folder, 'records.db') })
  await records.transact((it) => it.set(['a'], 1))
  const root = join(folder, 'none')
  await expect(records.backup(join(root, 'copy.db'))).rejects.toMatchObject({
    code: 'root-missing',
    fields: { root },
  })
  expect(existsSync(root)).toBe(false)
  symlinkSync('nowhere.db', join(folder, 'link.db'))
  await expect(records.backup(join(folder, 'link.db'))).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(records.backup(join(folder, 'records.db', 'copy.db'))).rejects.toMatchObject({
    code: 'root-missing',
  })
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  await records.close()
})

test('the SQL in docs/records.md gives what the page says', async () => {
  const page = readFileSync(new URL('../../../docs/records.md', import.meta.url), 'utf8')
  const [, question = '', answer = ''] = /```sql\n([\s\S]*?)```\s+```text\n([\s\S]*?)```/.exec(page) ?? []
  const path = join(temporaryFolder(), 'shop.db')
  const records = createSqliteRecords({ path })
  await records.transact((it) => {
    it.set(['orders', 4711], { customer: 'Ada', total: 120 })
    it.set(['orders', 4712], { customer: 'Bob', total: 70 })
    it.set(['orders', 4713], { customer: 'Ada', total: 30 })
  })
  await records.close()
  const database = new DatabaseSync(path, { readOnly: true })
  const rows = database.prepare(question).all()
  database.close()
  expect(rows.map((row) => Object.values(row).join('|'))).toEqual(answer.trim().split('\n'))
})
