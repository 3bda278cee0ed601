import { describe as group, expect, test } from 'vitest'
import { describe } from '../../../ts/step-drawing/index.js'
import { createStepWorkflow } from '../../../ts/steps/index.js'
import type { AnyStepWorkflow, StepReport } from '../../../ts/steps/index.js'
import { xmlFault } from '../graph/well-formed.js'
import { reportWorkflow, stepOf } from './report-workflow.js'

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0
/** The classes of a step's box. */
const kindOf = (svg: string, step: string): string | undefined =>
  new RegExp(`<g class="step ?([^"]*)"><title>${step}(?:\n|<)`).exec(svg)?.[1]
const isApart = (a: Rectangle, b: Rectangle): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function rectangles(svg: string, name: string): readonly Rectangle[] {
  const form = new RegExp(
    `<rect class="${name}" x="([-\\d.]+)" y="([-\\d.]+)" width="([\\d.]+)" height="([\\d.]+)"`,
    'g',
  )
  // The legend has small ones, in a coordinate system of its own.
  return [...svg.slice(svg.lastIndexOf('<g transform="translate(28')).matchAll(form)].map((found) => {
    const [x = 0, y = 0, width = 0, height = 0] = found.slice(1).map(Number)
    return { x, y, width, height }
  })
}

group('a workflow by itself', () => {
  const { svg } = describe(reportWorkflow().workflow)

  test('S31 every step, what it needs and what it comes to, and the state names between them', () => {
    expect(xmlFault(svg)).toBeUndefined()
    expect(count(svg, /<g class="step"/g)).toBe(5)
    expect(count(svg, /<g class="state need">/g)).toBe(2)
    expect(count(svg, /<g class="state result">/g)).toBe(1)
    expect(count(svg, /marker-end=/g)).toBe(8)
    const labels = [...svg.matchAll(/<g class="states">[^]*?<text[^>]*>([^<]*)<\/text>/g)].map(
      ([, label]) => label,
    )
    expect(labels.sort()).toEqual(['count', 'mailed', 'rows, columns', 'tidy', 'tidy'])
    expect(svg).toContain('5 steps, 2 needed states, 1 result')
  })

  test('stands by itself: no script, no link, no font from elsewhere; title and description; light and dark', () => {
    expect(svg).not.toMatch(/<script|<image|<foreignObject|href|@import|@font-face|url\((?!#)|\son\w+=/i)
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="unitflow-steps-title unitflow-steps-desc">/)
    expect(svg).toContain('<title id="unitflow-steps-title">report: its steps</title>')
    expect(svg).toContain('Clean: after Read; before Count, Mail')
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
  })

  test('nothing is marked, and nothing lies on another thing, in whichever direction', () => {
    for (const direction of ['right', 'down'] as const) {
      const drawn = describe(reportWorkflow().workflow, { direction }).svg
      expect(xmlFault(drawn)).toBeUndefined()
      expect(drawn).not.toContain('<circle')
      const boxes = [...rectangles(drawn, 'box'), ...rectangles(drawn, 'paper')]
      expect(boxes).toHaveLength(5 + 3 + 5)
      boxes.forEach((a, at) => boxes.slice(at + 1).forEach((b) => expect(isApart(a, b)).toBe(true)))
    }
  })

  test('down is narrow where right is wide', () => {
    const widthOf = (text: string): number => Number(/width="([\d.]+)"/.exec(text)?.[1])
    const { workflow } = reportWorkflow()
    expect(widthOf(describe(workflow).svg)).toBeGreaterThan(900)
    expect(widthOf(describe(workflow, { direction: 'down' }).svg)).toBeLessThan(500)
  })
})

group('with a report', () => {
  test('S14 a first run, and one in which nothing has changed', async () => {
    const { workflow, runner } = reportWorkflow()
    const first = describe(workflow, { report: await runner.run() }).svg
    expect(xmlFault(first)).toBeUndefined()
    expect(['Read', 'Clean', 'Mail', 'Audit'].map((step) => kindOf(first, step))).toEqual(
      Array(4).fill('ran'),
    )
    expect(first).toMatch(/completed after .*: 5 ran/)
    const again = describe(workflow, { report: await runner.rerun() }).svg
    expect(kindOf(again, 'Read')).toBe('skipped')
    expect(again).toContain('>inputs unchanged<')
    expect(again).not.toContain('edge changed"')
  })

  test('each outcome has a sign, words and a legend of its own, and is not told by colour alone', async () => {
    const trouble: { error?: Error } = {}
    const { workflow, state, runner } = reportWorkflow(trouble)
    await runner.run()
    await state.set('folder', 'b')
    trouble.error = new TypeError('no such <address>')
    const { svg } = describe(workflow, { report: await runner.run() })
    expect(xmlFault(svg)).toBeUndefined()
    const steps = ['Read', 'Clean', 'Count', 'Mail', 'Audit']
    expect(steps.map((step) => kindOf(svg, step))).toEqual(['ran', 'ran', 'ran', 'failed', 'blocked'])
    expect(svg).toContain('TypeError: no such &lt;address&gt;')
    expect(svg).toContain('Because: inputs changed: folder &quot;a&quot; -&gt; &quot;b&quot;')
    expect(svg).toContain('>not begun<')
    expect(svg).toContain('Needs what Mail did not give')
    // What has changed is thick up to where it stops: Count gives what it gave before.
    expect(count(svg, /class="edge changed" d="[^"]*" marker-end/g)).toBe(4)
    expect(svg).toContain('>another value than before<')
    expect(svg).not.toContain('restored: its outputs')
  })

  test('all kinds of ends', () => {
    const { workflow } = reportWorkflow()
    const error = { name: 'Error', message: 'x' }
    const end = { because: 'forced', error, attempts: 2, milliseconds: 1500 } as const
    const steps: readonly StepReport[] = [
      { type: 'skipped', step: 'Read', because: 'computed-before', restored: ['rows'] },
      { type: 'timed-out', step: 'Clean', ...end },
      { type: 'canceled', step: 'Count', ...end },
      { type: 'blocked', step: 'Mail', by: [] },
      { type: 'ran', step: 'Gone', because: 'forced', changed: [], attempts: 1, milliseconds: 1 },
    ]
    const report = {
      workflow: 'report',
      startedAt: 0,
      milliseconds: 1,
      ran: [],
      skipped: [],
      failed: [],
      steps,
    }
    const { svg } = describe(workflow, { report: { ...report, status: 'timed-out' } })
    const kinds = ['Read', 'Clean', 'Count', 'Mail', 'Audit'].map((step) => kindOf(svg, step))
    expect(kinds).toEqual(['restored', 'timed-out', 'canceled', 'blocked', ''])
    expect(svg).toContain('timed out after 1.5 s, 2 attempts')
    const signs = [...svg.matchAll(/<path class="sign" d="([^"]+)"/g)].map(([, path]) => path)
    expect(new Set(signs).size).toBe(4)
  })
})

test('S31 with a plan: what would run, what depends, what would be skipped, what cannot run', async () => {
  const { workflow, state, runner } = reportWorkflow()
  await runner.run()
  await state.set('folder', 'b')
  await state.delete('to')
  const { svg } = describe(workflow, { plan: await runner.plan() })
  expect(xmlFault(svg)).toBeUndefined()
  const steps = ['Read', 'Clean', 'Count', 'Mail', 'Audit']
  expect(steps.map((step) => kindOf(svg, step))).toEqual([
    'would-run',
    'depends',
    'depends',
    'blocked',
    'blocked',
  ])
  expect(svg).toContain('1 would run, 2 depend on others, 2 cannot run')
  expect(svg).toContain('Without a value: to')
  expect(count(svg, /class="edge changed" d="[^"]*" marker-end/g)).toBe(1)
})

test('a report and a plan at once, or no workflow, are refused', async () => {
  const { workflow, runner } = reportWorkflow()
  const [report, plan] = [await runner.run(), await runner.plan()]
  expect(() => describe(workflow, { report, plan })).toThrow('a report or a plan, not both')
  expect(() => describe({ type: 'flow' } as unknown as AnyStepWorkflow)).toThrow(
    'as createStepWorkflow makes it',
  )
})

test('hostile names stay text', async () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><svg onload=alert(1)>',
    ']]>&amp;&lt;',
    "' onmouseover='x",
    '__proto__',
    'x'.repeat(100),
    '日本語のプロセス'.repeat(9),
  ]
  const steps = hostile.map((name, at) =>
    stepOf(
      name,
      [at === 0 ? `in ${name}`.slice(0, 100) : `o${at - 1}${name}`.slice(0, 100)],
      [`o${at}${hostile[at + 1] ?? ''}`.slice(0, 100)],
    ),
  )
  const workflow: AnyStepWorkflow = createStepWorkflow(steps, { name: '</title><script>' })
  const trouble = { name: 'Error', message: '</title><script>\u001b[2J\ud800\u202e' }
  const ends: readonly StepReport[] = hostile.map((step) => {
    return { type: 'failed', step, because: 'forced', error: trouble, attempts: 1, milliseconds: 1 }
  })
  const report = {
    workflow: 'x',
    startedAt: 0,
    milliseconds: 1,
    ran: [],
    skipped: [],
    failed: [],
    steps: ends,
  }
  const { svg } = describe(workflow, { report: { ...report, status: 'failed' } })
  expect(xmlFault(svg)).toBeUndefined()
  expect(svg).not.toContain('<script')
  expect(svg).not.toMatch(/<[^>]*\son\w+\s*=/)
  expect(svg).not.toMatch(/[\u202a-\u202e]/)
  expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(count(svg, /<g class="step failed">/g)).toBe(hostile.length)
  // The whole of a long name is in its tooltip.
  expect(svg).toContain(`<title>${'x'.repeat(100)}\n`)
})

test('many states of the same steps are one box', () => {
  const needs = Array.from({ length: 30 }, (_, at) => `need ${at}`)
  const gives = Array.from({ length: 30 }, (_, at) => `result ${at}`)
  const { svg, mermaid } = describe(createStepWorkflow([stepOf('All', needs, gives)]))
  expect(count(svg, /<g class="state /g)).toBe(2)
  expect(svg).toContain('need 0\nneed 1\nneed 2')
  expect(mermaid).toContain('(["need 0, need 1, need 2, need 3, need 4, need 5, need 6 #43;23"])')
})

group('10,000 steps', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => at)
  const workflowOf = (needs: (at: number) => readonly string[]): AnyStepWorkflow =>
    createStepWorkflow(ids.map((at) => stepOf(`step ${at}`, needs(at), [`v${at}`])))

  test('deep, flat or dense: as much as can be drawn soon', () => {
    const workflows = [
      workflowOf((at) => [at === 0 ? 'seed' : `v${at - 1}`]),
      workflowOf(() => ['seed']),
      workflowOf((at) => [
        ...new Set([1, 7, 31, 90].filter((back) => back <= at).map((back) => `v${at - back}`)),
      ]),
      workflowOf((at) => [`need ${at}`, 'seed', at === 0 ? 'x' : 'v0']),
    ]
    for (const workflow of workflows) {
      const { svg, mermaid } = describe(workflow)
      expect(xmlFault(svg)).toBeUndefined()
      const boxes = count(svg, /<g class="(step|state )/g)
      expect(boxes).toBeLessThanOrEqual(400)
      expect(boxes).toBeGreaterThan(30)
      expect(svg).toMatch(
        /Drawn: \d+ of 10,000 steps, first those that have more to say; [\d,]+ are left out/,
      )
      expect(svg).toMatch(/\+\d+ more/)
      expect(mermaid).toMatch(/%% \d+ more steps are left out/)
      expect(count(mermaid, /-->/g)).toBeLessThanOrEqual(500)
    }
  }, 60_000)

  test('what came to something is among what is drawn, wherever it stands', () => {
    const workflow = workflowOf((at) => [at === 0 ? 'seed' : `v${at - 1}`])
    const ends = ids.map((at): StepReport => {
      const step = `step ${at}`
      if (at === 9000)
        return {
          type: 'failed',
          step,
          because: 'forced',
          error: { name: 'E', message: '' },
          attempts: 1,
          milliseconds: 1,
        }
      if (at === 8999)
        return { type: 'ran', step, because: 'forced', changed: [], attempts: 1, milliseconds: 1 }
      return { type: 'skipped', step, because: 'inputs-unchanged' }
    })
    const report = {
      workflow: 'x',
      startedAt: 0,
      milliseconds: 1,
      ran: [],
      skipped: [],
      failed: [],
      steps: ends,
    }
    const { svg } = describe(workflow, { report: { ...report, status: 'failed' } })
    expect(kindOf(svg, 'step 9000')).toBe('failed')
    expect(kindOf(svg, 'step 8999')).toBe('ran')
    expect(kindOf(svg, 'step 0')).toBe('skipped')
    expect(kindOf(svg, 'step 5000')).toBeUndefined()
  })
})
