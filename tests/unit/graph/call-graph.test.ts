import { describe, expect, test } from 'vitest'
import { callGraph } from '../../../ts/graph/index.js'
import { decompose } from '../../../ts/units/index.js'
import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
import { exampleManifest, manifestOfCalls } from './manifests.js'

describe('the example company', () => {
  const graph = callGraph(exampleManifest('order-company.c'))
  const node = (id: string) => graph.nodes.find((known) => known.id === id)
  const edge = (from: string, to: string) =>
    graph.edges.find((known) => known.from === from && known.to === to)

  test('U18 units are the nodes, the top first, embedded processes part of their owner', () => {
    expect(graph.processes).toBe(37)
    expect(graph.nodes).toHaveLength(24)
    expect(graph.nodes[0]?.id).toBe('Order')
    expect(node('Payment')).toMatchObject({
      embedded: ['Collect_Payment', 'Payment_Cancelled'],
      callers: 1,
      shared: false,
    })
    expect(node('Payment')?.unitBytes).toBeGreaterThan(node('Payment')?.bytes ?? 0)
    // Called by Payment_Cancelled, which is drawn in Payment.
    expect(edge('Payment', 'Refund')).toEqual({ from: 'Payment', to: 'Refund', calls: 1, recursive: false })
    expect(edge('Payment', 'Payment_Cancelled')).toBeUndefined()
  })

  test('U21 shared and recursive calls are told', () => {
    expect(graph.nodes.filter(({ recursive }) => recursive).map(({ id }) => id)).toEqual([
      'Carton_Split',
      'Dispute',
      'Refund',
    ])
    expect(node('Notify_Customer')).toMatchObject({ shared: true, callers: 6, recursive: false })
    expect(node('Carton_Split')).toMatchObject({ shared: false, callers: 1 })
    expect(
      graph.edges
        .filter(({ recursive }) => recursive)
        .map(({ from, to }) => `${from}>${to}`)
        .sort(),
    ).toEqual(['Carton_Split>Carton_Split', 'Dispute>Refund', 'Refund>Dispute'])
    expect(graph.nodes.every(({ missing }) => !missing)).toBe(true)
  })
})

test('several call sites of one process are one edge that counts them', () => {
  const { edges } = callGraph(manifestOfCalls({ Top: ['A', 'A', 'B'], A: [], B: [] }))
  expect(edges.map(({ to, calls }) => [to, calls])).toEqual([
    ['A', 2],
    ['B', 1],
  ])
})

test('missing processes are nodes of their own, ids of objects are plain data', () => {
  const { nodes, edges } = callGraph(
    manifestOfCalls({ constructor: ['__proto__', 'gone'], __proto__x: ['gone'] }),
  )
  expect(nodes.map(({ id, missing, bytes }) => [id, missing, bytes])).toEqual([
    ['constructor', false, 1000],
    ['__proto__x', false, 1000],
    ['__proto__', true, 0],
    ['gone', true, 0],
  ])
  expect(edges).toHaveLength(3)
  expect(nodes.at(-1)).toMatchObject({ shared: true, callers: 2 })
})

test('cycles that touch, and calls out of them', () => {
  const { nodes, edges } = callGraph(
    manifestOfCalls({ T: ['A'], A: ['B'], B: ['C', 'A'], C: ['B', 'D'], D: ['E'], E: ['E2'], E2: [] }),
  )
  expect(nodes.filter(({ recursive }) => recursive).map(({ id }) => id)).toEqual(['A', 'B', 'C'])
  expect(edges.filter(({ recursive }) => !recursive).map(({ from, to }) => from + to)).toEqual([
    'TA',
    'CD',
    'DE',
    'EE2',
  ])
})

test('a chain of 50,000 calls, and one that closes, do not exhaust the stack', () => {
  const chain = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`p${at}`, [`p${at + 1}`]]))
  const open = callGraph(manifestOfCalls({ ...chain, p50000: [] }))
  expect(open.nodes.some(({ recursive }) => recursive)).toBe(false)
  const closed = callGraph(manifestOfCalls({ ...chain, p50000: ['p0'] }))
  expect(closed.nodes.every(({ recursive }) => recursive)).toBe(true)
})

test('a generated workflow: bytes add up to those of the objects', () => {
  const { manifest } = decompose(generateWorkflow({ processes: 120 }))
  const graph = callGraph(manifest)
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  expect(sum(graph.nodes.map(({ unitBytes }) => unitBytes))).toBe(
    sum(manifest.objects.map(({ bytes }) => bytes)),
  )
  expect(sum(graph.nodes.map(({ embedded }) => embedded.length + 1))).toBe(120)
})
