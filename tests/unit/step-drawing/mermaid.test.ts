import { expect, test } from 'vitest'
import { describe } from '../../../ts/step-drawing/index.js'
import { createStepWorkflow } from '../../../ts/steps/index.js'
import { reportWorkflow, stepOf } from './report-workflow.js'

test('a workflow: steps, what they need and come to, state names on the ways', () => {
  const { mermaid } = describe(reportWorkflow().workflow)
  expect(mermaid.split('\n')).toEqual([
    'flowchart LR',
    '  accTitle: report',
    '  n0(["folder"])',
    '  n1["Read"]',
    '  n2["Clean"]',
    '  n3["Count"]',
    '  n4(["to"])',
    '  n5["Mail"]',
    '  n6["Audit"]',
    '  n7[["log"]]',
    '  n0 --> n1',
    '  n1 -->|"rows, columns"| n2',
    '  n2 -->|"tidy"| n3',
    '  n2 -->|"tidy"| n5',
    '  n3 -->|"count"| n5',
    '  n4 --> n5',
    '  n5 -->|"mailed"| n6',
    '  n6 --> n7',
    '  classDef need stroke-dasharray:2 2',
    '  class n0,n4 need',
    '  classDef result stroke-width:2px',
    '  class n7 result',
    '',
  ])
  expect(describe(reportWorkflow().workflow, { direction: 'down' }).mermaid).toMatch(/^flowchart TB\n/)
})

test('S14 S31 marks: a sign and words, a class, thick ways where a value has changed', async () => {
  const trouble: { error?: Error } = {}
  const { workflow, state, runner } = reportWorkflow(trouble)
  await runner.run()
  await state.set('folder', 'b')
  const plan = describe(workflow, { plan: await runner.plan() }).mermaid
  expect(plan).toContain('n1["Read<br/>▶ would run"]')
  expect(plan).toContain('n2["Clean<br/>? depends"]')
  expect(plan).toContain('  class n1 wouldRun')
  expect(plan).toContain('  linkStyle 0 stroke-width:3px')
  trouble.error = new Error('x')
  const ran = describe(workflow, { report: await runner.run() }).mermaid
  expect(ran).toMatch(/n1\["Read<br\/>✔ ran, \d+ ms"\]/)
  expect(ran).toMatch(/n5\["Mail<br\/>✖ failed after \d+ ms"\]/)
  expect(ran).toContain('n6["Audit<br/>‖ not begun"]')
  expect(ran).toContain('  class n5 failed')
  expect(ran).toContain('  linkStyle 0,1,2,3 stroke-width:3px')
})

test('names cannot leave their label', () => {
  const hostile = [
    '"]; click n0 "javascript:alert(1)',
    '<script>alert(1)</script>',
    '#quot;',
    '`x`',
    'end',
    '%% c',
    '|"',
  ]
  const steps = hostile.map((name) => stepOf(name, [`in ${name}`], [`out ${name}`]))
  const last = stepOf(
    'last',
    hostile.map((name) => `out ${name}`),
    ['done'],
  )
  const { mermaid } = describe(createStepWorkflow([...steps, last], { name: 'a"b<c>' }))
  const label = String.raw`"[^"\x60\\<>|\p{Cc}]*"`
  const line = new RegExp(
    String.raw`^(flowchart LR| {2}(accTitle: [^"<>]*|n\d+(\[${label}\]|\(\[${label}\]\)|\[\[${label}\]\])|n\d+ -->(\|${label}\|)? n\d+|classDef .*|class [n\d,]+ \w+)|)$`,
    'u',
  )
  for (const one of mermaid.split('\n')) expect(one).toMatch(line)
  expect(mermaid).toContain('#60;script#62;alert(1)#60;/script#62;')
  expect(mermaid).toContain('#35;quot#59;')
})
