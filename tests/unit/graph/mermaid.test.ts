import { expect, test } from 'vitest'
import { callGraph, mermaidOf } from '../../../ts/graph/index.js'
import { exampleManifest, manifestOfCalls } from './manifests.js'

test('a small workflow', () => {
  const text = mermaidOf(callGraph(manifestOfCalls({ Top: ['Pay', 'Pay', 'Gone'], Pay: ['Pay'] })))
  expect(text.split('\n').slice(0, 7)).toEqual([
    'flowchart LR',
    '  n0["Top<br/>1.0 KB"]',
    '  n1["Pay<br/>1.0 KB"]',
    '  n2["Gone<br/>missing"]',
    '  n0 -->|2 calls| n1',
    '  n0 --> n2',
    '  n1 --> n1',
  ])
  expect(text).toContain('  class n1 recursive')
  expect(text).toContain('  class n2 missing')
  expect(text).toContain('  linkStyle 2 stroke')
})

test('the company: every unit, every edge, shared ones marked', () => {
  const text = mermaidOf(callGraph(exampleManifest('order-company.c')))
  expect(text.match(/^ {2}n\d+\["/gm)).toHaveLength(24)
  expect(text.match(/-->/g)).toHaveLength(41)
  expect(text).toMatch(/class [n\d,]+ shared/)
})

test('U28 ids cannot leave their label', () => {
  const hostile = [
    '"]; click n0 "javascript:alert(1)',
    '<script>alert(1)</script>',
    '#quot;',
    '`x`',
    'a\nb',
    '\u001b[31m',
    'end',
    '\ud800',
  ]
  const text = mermaidOf(callGraph(manifestOfCalls(Object.fromEntries(hostile.map((id) => [id, []])))))
  const labels = text.match(/^ {2}n\d+\[".*"\]$/gm) ?? []
  expect(labels).toHaveLength(hostile.length)
  for (const label of labels) expect(label).toMatch(/^ {2}n\d+\["[^"`\\<>\p{Cc}]*<br\/>1\.0 KB"\]$/u)
  expect(text).toContain('#60;script#62;alert(1)#60;/script#62;')
  expect(text).toContain('#35;quot#59;')
  expect(text.isWellFormed()).toBe(true)
})
