import { expect, test } from 'vitest'
import { compareManifests, decompose } from 'unitflow'
import type { Manifest, ManifestDiff } from 'unitflow'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'

const manifest = (processes: readonly ProcessSketch[]): Manifest =>
  decompose(workflowJson(processes)).manifest
const diff = (a: readonly ProcessSketch[], b: readonly ProcessSketch[]): ManifestDiff =>
  compareManifests(manifest(a), manifest(b))
const nothing = { added: [], removed: [], changed: [], affected: [], elementsGone: [] }

const base: ProcessSketch[] = [
  { id: 'Top', calls: ['A'], elements: ['t'] },
  { id: 'A', calls: ['L'], embeds: ['In'], elements: ['a1', 'a2'] },
  { id: 'In', calls: ['Q'], elements: ['i'] },
  { id: 'L', elements: ['l'] },
  { id: 'Q', elements: ['q'] },
]
const edit = (id: string, change: Partial<ProcessSketch>): ProcessSketch[] =>
  base.map((process) => (process.id === id ? { ...process, ...change } : process))

test('U24 equal workflows do not differ, however they are spelled', () => {
  expect(diff(base, base)).toEqual(nothing)
  expect(diff(base, [base[0]!, ...base.slice(1).reverse()])).toEqual(nothing)
  expect(compareManifests(manifest(base), JSON.parse(JSON.stringify(manifest(base))) as Manifest)).toEqual(
    nothing,
  )
})

test('U24 a process that is added, removed or changed is told, with all that it affects', () => {
  expect(diff(base, [...base, { id: 'New' }])).toEqual({ ...nothing, added: ['New'] })
  expect(diff([...base, { id: 'New', elements: ['n'] }], base)).toEqual({
    ...nothing,
    removed: ['New'],
    elementsGone: [{ processId: 'New', elementId: 'n' }],
  })
  expect(diff(base, edit('L', { fields: { more: 1 } }))).toEqual({
    ...nothing,
    changed: ['L'],
    affected: ['A', 'L', 'Top'],
  })
  expect(diff(base, edit('Top', { fields: { more: 1 } }))).toEqual({
    ...nothing,
    changed: ['Top'],
    affected: ['Top'],
  })
})

test('U24 a process whose embedded subprocess changed has changed, the other way round not', () => {
  expect(diff(base, edit('In', { fields: { more: 1 } }))).toEqual({
    ...nothing,
    changed: ['A', 'In'],
    affected: ['A', 'In', 'Top'],
  })
  expect(diff(base, edit('A', { fields: { more: 1 } }))).toEqual({
    ...nothing,
    changed: ['A'],
    affected: ['A', 'Top'],
  })
})

test('U24 a subprocess whose owner and whose called process changed has not changed itself', () => {
  const after = edit('A', { fields: { more: 1 } }).map((process) =>
    process.id === 'Q' ? { ...process, fields: { more: 1 } } : process,
  )
  expect(diff(base, after)).toEqual({ ...nothing, changed: ['A', 'Q'], affected: ['A', 'In', 'Q', 'Top'] })
})

test('U24 a process that is now stored with another, or no longer, has not changed by that', () => {
  const shared = [...base, { id: 'Other', embeds: ['In'] }]
  expect(diff(base, shared)).toEqual({ ...nothing, added: ['Other'] })
  expect(diff(shared, base).changed).toEqual([])
})

test('U24 elements that are gone are told by process, also where another process still holds them', () => {
  expect(diff(base, edit('A', { elements: ['a2'] })).elementsGone).toEqual([
    { processId: 'A', elementId: 'a1' },
  ])
  const moved = edit('A', { elements: ['a2'] }).map((process) =>
    process.id === 'L' ? { ...process, elements: ['l', 'a1'] } : process,
  )
  expect(diff(base, moved).elementsGone).toEqual([{ processId: 'A', elementId: 'a1' }])
  const twice = edit('L', { elements: ['l', 'a1'] })
  expect(diff(twice, base).elementsGone).toEqual([{ processId: 'L', elementId: 'a1' }])
})

test('U5 U24 hostile ids are compared like others', () => {
  const ids = ['__proto__', 'constructor', '', '\u{1f600}']
  const all = ids.map((id): ProcessSketch => ({ id, elements: ids.map((element) => `${element}!`) }))
  const before = [{ id: 'Top', elements: ids, calls: ids }, ...all]
  expect(diff(before, before)).toEqual(nothing)
  const { removed, elementsGone } = diff(before, [{ id: 'Top' }])
  expect(removed).toEqual([...ids].sort())
  expect(elementsGone).toHaveLength(ids.length ** 2 + 2 * ids.length)
  expect(diff([{ id: 'Top' }], before).added).toEqual([...ids].sort())
})
