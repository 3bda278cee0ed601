import { expect, test } from 'vitest'
import { callGraph, nearestPart } from '../../../ts/graph/index.js'
import { manifestOfCalls } from './manifests.js'

const tree = callGraph(
  manifestOfCalls({
    T: ['A', 'B'],
    A: ['A1', 'A2'],
    B: ['B1'],
    A1: [],
    A2: ['X'],
    B1: [],
    X: [],
    Lonely: ['X'],
  }),
)
const ids = (part: { graph: typeof tree }): string[] => part.graph.nodes.map(({ id }) => id).sort()

test('a graph within the limits comes back whole', () => {
  const part = nearestPart(tree, { nodes: 8, edges: 7 })
  expect(part).toMatchObject({ graph: tree, hidden: 0, levels: 3 })
})

test('the nearest to the top are taken, and what they leave out is counted', () => {
  const part = nearestPart(tree, { nodes: 4, edges: 100 })
  expect(ids(part)).toEqual(['A', 'A1', 'B', 'T'])
  expect(part).toMatchObject({ hidden: 4, levels: 2 })
  expect([...part.hiddenTargets]).toEqual([
    ['A', 1],
    ['B', 1],
  ])
  expect(part.graph.edges.every(({ from, to }) => ids(part).includes(from) && ids(part).includes(to))).toBe(
    true,
  )
})

test('levels leave out what is further away, and what the top does not reach', () => {
  expect(ids(nearestPart(tree, { nodes: 100, edges: 100, levels: 1 }))).toEqual(['A', 'B', 'T'])
  expect(ids(nearestPart(tree, { nodes: 100, edges: 100, levels: 0 }))).toEqual(['T'])
  expect(ids(nearestPart(tree, { nodes: 100, edges: 100, levels: 9 }))).not.toContain('Lonely')
})

test('a dense graph is cut by its edges', () => {
  const names = Array.from({ length: 60 }, (_, at) => `p${at}`)
  const dense = callGraph(manifestOfCalls(Object.fromEntries(names.map((name) => [name, names]))))
  expect(dense.edges).toHaveLength(3600)
  const part = nearestPart(dense, { nodes: 400, edges: 900 })
  expect(part.graph.edges.length).toBeLessThanOrEqual(900)
  expect(part.graph.nodes).toHaveLength(30)
})
