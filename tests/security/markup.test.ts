import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callGraph, mermaidOf, svgOf } from '../../ts/graph/index.js'
import { describe as drawSteps } from '../../ts/step-drawing/index.js'
import { createStepWorkflow, defineModel, defineStep, of } from '../../ts/steps/index.js'
import { timelineSvg } from '../../ts/timeline/index.js'
import type { Timeline } from '../../ts/timeline/index.js'
import { manifestOfCalls } from '../unit/graph/manifests.js'
import { INHERITED, MARKUP } from './hostile-names.js'
import { parsedXml } from './parsed-xml.js'

/** Texts of pieces that would mean something in markup, and of anything else. */
const hostileText = fc.oneof(
  fc.constantFrom(...MARKUP, ...INHERITED),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        "'",
        '/',
        '=',
        ';',
        '#',
        ']',
        '-',
        '!',
        '\n',
        '\0',
        '\ud800',
        'a',
        ' ',
      ),
      { maxLength: 30 },
    )
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const hostileTexts = fc.uniqueArray(hostileText, { minLength: 1, maxLength: 6 })

/** What a drawing may be made of; anything else has come from its input. */
const ELEMENTS = new Set([
  'svg',
  'title',
  'desc',
  'style',
  'defs',
  'marker',
  'g',
  'rect',
  'path',
  'text',
  'tspan',
  'circle',
  'line',
  'polygon',
  'polyline',
  'clipPath',
])
const ATTRIBUTES =
  /^(xmlns|width|height|viewBox|role|aria-labelledby|id|class|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|d|points|transform|marker-(start|mid|end)|marker(Width|Height|Units)|ref[XY]|orient|text-anchor|pointer-events|clip-path|fill|stroke(-[a-z]+)?|text(Length)|lengthAdjust|opacity|xml:space)$/
/** Names, numbers, paths, and references within the drawing. */
const VALUE = /^[\w .,()%#:/-]*$/

function assertDrawn(svg: string): void {
  const { elements, text } = parsedXml(svg)
  expect(elements[0]?.name).toBe('svg')
  for (const { name, attributes } of elements) {
    expect(ELEMENTS.has(name), name).toBe(true)
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(attribute).toMatch(ATTRIBUTES)
      expect(value).toMatch(VALUE)
      expect(value).not.toMatch(/url\((?!#)|javascript|data:/i)
    }
  }
  expect(text).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u)
}

/** How many elements of each kind a drawing has: as many as that of plain names, if no name became one. */
const countsOf = (svg: string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { name } of parsedXml(svg).elements) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

test('the parser sees what would be an attack', () => {
  expect(() => parsedXml('<svg><script>x</svg>')).toThrow()
  expect(() => parsedXml('<svg a="1" a="2"/>')).toThrow()
  expect(() => assertDrawn('<svg><script>x</script></svg>')).toThrow()
  expect(() => assertDrawn('<svg onload="x"/>')).toThrow()
  expect(() => assertDrawn('<svg><path d="url(//x)"/></svg>')).toThrow()
  expect(parsedXml('<svg><g x="&quot;&#39;"/>&lt;b&gt;</svg>')).toEqual({
    elements: [
      { name: 'svg', attributes: {} },
      { name: 'g', attributes: { x: '"\'' } },
    ],
    text: '<b>',
  })
})

test('U28 no id becomes an element or an attribute of a drawn graph', () => {
  fc.assert(
    fc.property(hostileTexts, (ids) => {
      const calls = (names: readonly string[]) =>
        manifestOfCalls(Object.fromEntries(names.map((id) => [id, [...names.slice(0, 2), `${id}${id}`]])))
      const svg = svgOf(callGraph(calls(ids)))
      assertDrawn(svg)
    }),
    { numRuns: 150 },
  )
})

test('U28 a graph of hostile ids has the elements of one of plain ids', () => {
  for (const name of MARKUP) {
    const drawn = (id: string) => countsOf(svgOf(callGraph(manifestOfCalls({ Top: [id], [id]: [] }))))
    expect(drawn(name), name).toEqual(drawn('plain'))
  }
})

test('U28 no id leaves its label in Mermaid', () => {
  fc.assert(
    fc.property(hostileTexts, (ids) => {
      const text = mermaidOf(callGraph(manifestOfCalls(Object.fromEntries(ids.map((id) => [id, ids])))))
      const labels = [...text.matchAll(/"([^"]*)"/g)].map(([, label]) => label ?? '')
      for (const label of labels)
        expect(label.replaceAll(/#\d+;|<br\/?>/g, '')).not.toMatch(/[<>"`%;&\n\r{}[\]|\\]/)
      const rest = text.replaceAll(/"[^"]*"/g, '""')
      expect(rest).not.toMatch(/click|href|javascript|%%\{|<script|call |subgraph x/i)
    }),
    { numRuns: 150 },
  )
})

describe('steps', () => {
  const workflowOf = (names: readonly string[]) =>
    createStepWorkflow(
      names.map((name, at) => {
        const model = defineModel({
          name,
          inputs: { in: of<unknown>() },
          outputs: { out: of<unknown>() },
          run: () => ({ out: 1 }),
        })
        return defineStep({
          model,
          name: `${name}${at}`,
          inputs: { in: `need ${name}` },
          outputs: { out: `gives ${name}` },
        })
      }),
      { name: names[0] ?? 'none' },
    )

  test('S31 no name becomes an element or an attribute of the drawing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          hostileText.filter((text) => text.trim() !== '' && text.isWellFormed()),
          { minLength: 1, maxLength: 4 },
        ),
        (names) => {
          let workflow
          try {
            workflow = workflowOf(names)
          } catch {
            // Not every text is a name.
            return
          }
          for (const direction of ['right', 'down'] as const)
            assertDrawn(drawSteps(workflow, { direction }).svg)
        },
      ),
      { numRuns: 80 },
    )
  })
})

test('no label of a timeline becomes an element or an attribute', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (label, note) => {
      const timeline: Timeline = {
        title: label,
        status: note,
        from: 0,
        to: 10,
        outcome: 'completed',
        rows: [
          {
            label,
            bars: [{ from: 0, to: 5, kind: 'running', outcome: 'failed', label: note }],
            marks: [{ at: 3, kind: 'signal', label: note }],
          },
        ],
      }
      for (const width of [300, 1200]) assertDrawn(timelineSvg(timeline, { width }))
    }),
    { numRuns: 150 },
  )
})
