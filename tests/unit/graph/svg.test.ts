import { describe, expect, test } from 'vitest'
import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
import { callGraph, MAX_DRAWN_NODES, svgOf } from '../../../ts/graph/index.js'
import { decompose } from '../../../ts/units/index.js'
import { exampleManifest, manifestOfCalls } from './manifests.js'
import { xmlFault } from './well-formed.js'

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0
const units = (svg: string): number => count(svg, /<g class="unit/g)

test('the check of well-formedness finds faults', () => {
  for (const faulty of [
    '<a><b></a>',
    '<a>',
    '<a x="1" x="2"/>',
    '<a>&nbsp;</a>',
    '<a>\u0007</a>',
    '<a x="<"/>',
    '<a/>b',
    '<a>\ud800</a>',
  ]) {
    expect(xmlFault(faulty), faulty).toBeDefined()
  }
  expect(xmlFault('<a x="&quot;"><b/>text &#39; </a>\n')).toBeUndefined()
})

describe('the example company', () => {
  const svg = svgOf(callGraph(exampleManifest('order-company.c')))

  test('is well-formed, and has every unit and edge', () => {
    expect(xmlFault(svg)).toBeUndefined()
    expect(units(svg)).toBe(24)
    expect(count(svg, /marker-end=/g)).toBe(41)
    expect(svg).toContain('37 processes in 24 units, 187 KB; 41 calls')
  })

  test('stands by itself: no script, no link, no font from elsewhere; title and description; light and dark', () => {
    expect(svg).not.toMatch(/<script|<image|<foreignObject|href|@import|@font-face|url\((?!#)|\son\w+=/i)
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="unitflow-title unitflow-desc">/)
    expect(svg).toContain('<title id="unitflow-title">Order: which process calls which</title>')
    expect(svg).toContain('Recursive: Carton_Split, Dispute, Refund')
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
  })

  test('bars are as long as the units are large', () => {
    const bar = (id: string): number => {
      const unit = new RegExp(`<title>${id}\\n[^<]*</title>.*?class="bar" [^>]*width="([\\d.]+)"`).exec(svg)
      return Number(unit?.[1])
    }
    const graph = callGraph(exampleManifest('order-company.c'))
    const bytes = (id: string): number => graph.nodes.find((node) => node.id === id)?.unitBytes ?? 0
    expect(bar('Order') / bar('Payment')).toBeCloseTo(bytes('Order') / bytes('Payment'), 2)
    expect(bar('Address_Check') / bar('Payment')).toBeCloseTo(bytes('Address_Check') / bytes('Payment'), 2)
  })

  test('the legend explains what occurs, and nothing else', () => {
    expect(svg).toContain('shared: how many units call it')
    expect(svg).toContain('recursive: calls itself, directly or through others')
    expect(svg).not.toContain('missing: called')
    const small = svgOf(callGraph(exampleManifest('approval.c')))
    expect(small).not.toContain('recursive: calls')
    expect(small).not.toContain('shared: how')
  })
})

test('units do not lie on one another', () => {
  for (const manifest of [
    exampleManifest('order-company.c'),
    decompose(generateWorkflow({ processes: 50 })).manifest,
  ]) {
    const svg = svgOf(callGraph(manifest))
    const boxes = [
      ...svg.matchAll(/class="box" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
    ].map(([, x, y, width, height]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }))
    expect(boxes.length).toBeGreaterThan(20)
    boxes.forEach((a, at) => {
      for (const b of boxes.slice(at + 1)) {
        const isApart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        expect(isApart).toBe(true)
      }
    })
  }
})

test('U28 hostile ids stay text', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><svg onload=alert(1)>',
    ']]>&amp;&lt;',
    "' onmouseover='x",
    '\u0000\u001b[2J\u0007',
    '\ud800lone',
    '\u202egnp.exe',
    '\uffff',
    'x'.repeat(10_000),
    '',
    '__proto__',
    '日本語のプロセス'.repeat(9),
  ]
  const svg = svgOf(callGraph(manifestOfCalls(Object.fromEntries(hostile.map((id) => [id, hostile])))))
  expect(xmlFault(svg)).toBeUndefined()
  expect(svg).not.toContain('<script')
  expect(svg).not.toMatch(/<[^>]*\son\w+\s*=/)
  expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(svg).not.toMatch(/[\u202a-\u202e]/)
  // The whole of a long id is in its tooltip.
  expect(svg).toContain(`<title>${'x'.repeat(10_000)}`)
  expect(units(svg)).toBe(new Set(hostile).size)
})

test('missing processes and processes without any call are drawn', () => {
  const svg = svgOf(callGraph(manifestOfCalls({ Top: ['Gone'], Alone: [] })))
  expect(xmlFault(svg)).toBeUndefined()
  expect(svg).toContain('class="unit missing"')
  expect(svg).toContain('not in the workflow')
  expect(units(svg)).toBe(3)
  expect(xmlFault(svgOf(callGraph(manifestOfCalls({ Only: [] }))))).toBeUndefined()
})

test('10,000 processes, deep or flat or dense: the part near the top, soon', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => at)
  const graphOf = (targets: (at: number) => readonly number[]) =>
    callGraph(
      manifestOfCalls(Object.fromEntries(ids.map((at) => [`p${at}`, targets(at).map((to) => `p${to}`)]))),
    )
  const graphs = [
    graphOf((at) => [1, 2, 3].map((child) => at * 3 + child).filter((to) => to < 10_000)),
    graphOf((at) => (at === 0 ? ids.slice(1) : [])),
    graphOf((at) => ids.slice(0, 20).map((to) => (at * 7 + to * 31) % 10_000)),
  ]
  for (const graph of graphs) {
    const svg = svgOf(graph)
    expect(xmlFault(svg)).toBeUndefined()
    expect(units(svg)).toBeLessThanOrEqual(MAX_DRAWN_NODES)
    expect(svg).toMatch(/Drawn: the \d+ nearest to the top, at most .* away; \d+ more are left out/)
    expect(svg).toMatch(/\+\d+ more/)
  }
})

test('levels draw less', () => {
  const svg = svgOf(callGraph(exampleManifest('order-company.c')), { levels: 1 })
  expect(units(svg)).toBe(3)
  expect(svg).toContain('Drawn: the 3 nearest to the top, at most one call away; 21 more are left out')
})
