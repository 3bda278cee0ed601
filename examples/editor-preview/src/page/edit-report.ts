import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { Answer, StepLine } from '../protocol.js'

/** What the last edit has cost, and what it has not. */
export function EditReport({ answer }: { readonly answer: Answer }): ComponentChild {
  const { steps, milliseconds } = answer
  const ran = steps.filter(({ type }) => type === 'ran')
  const skipped = steps.filter(({ type }) => type === 'skipped')
  const others = steps.filter(({ type }) => type === 'failed' || type === 'blocked')
  const saved = sumOf(skipped)
  const ratio = steps.length === 0 ? 0 : Math.floor((100 * skipped.length) / steps.length)
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'report-title' },
    h('h2', { id: 'report-title' }, 'The last edit'),
    h(
      'dl',
      { class: 'figures' },
      figure('Ran', `${ran.length} of ${steps.length}`, `steps, in ${inMs(sumOf(ran))}`),
      figure('Skipped', `${ratio} %`, `${skipped.length} steps`),
      figure('Saved', inMs(saved), 'that they took when they ran last'),
      figure('In all', inMs(milliseconds), 'from the text to the drawing'),
    ),
    h(
      'p',
      { class: 'hidden', role: 'status' },
      `${ran.length} of ${steps.length} steps ran, ${skipped.length} were skipped, ${others.length} came to nothing`,
    ),
    ran.length + others.length === 0
      ? h('p', { class: 'quiet' }, 'No step ran.')
      : h(StepTable, { caption: 'Steps that ran', steps: [...others, ...ran] }),
    skipped.length === 0
      ? null
      : h(
          'details',
          null,
          h('summary', null, `${skipped.length} skipped steps`),
          h(StepTable, { caption: 'Steps that were skipped', steps: skipped }),
        ),
  )
}

function figure(name: string, value: string, words: string): ComponentChild {
  return h('div', null, h('dt', null, name), h('dd', null, h('strong', null, value), ' ', words))
}

function StepTable({
  caption,
  steps,
}: {
  readonly caption: string
  readonly steps: readonly StepLine[]
}): ComponentChild {
  return h(
    'div',
    { class: 'scroller', role: 'region', 'aria-label': caption, tabIndex: 0 },
    h(
      'table',
      { class: 'steps' },
      h('caption', { class: 'hidden' }, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ['Step', 'What', 'Why', 'Took'].map((name) => h('th', { key: name, scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        steps.map((line) =>
          h(
            'tr',
            { key: line.step },
            h('th', { scope: 'row' }, line.step),
            h('td', null, h('span', { class: `chip ${line.type}` }, WHAT[line.type])),
            h('td', null, whyOf(line)),
            h('td', { class: 'number' }, line.type === 'blocked' ? '' : inMs(line.took)),
          ),
        ),
      ),
    ),
  )
}

const WHAT: Readonly<Record<StepLine['type'], string>> = {
  ran: 'ran',
  skipped: 'skipped',
  failed: 'failed',
  blocked: 'not begun',
}

const WHY: Readonly<Record<NonNullable<StepLine['because']>, string>> = {
  'never-ran': 'has not run before',
  'inputs-changed': 'changed',
  'step-changed': 'there are other processes',
  expired: 'too old',
  forced: 'asked for',
  policy: 'always runs',
  'not-reusing': 'all anew',
  'result-gone': 'result gone',
  'inputs-unchanged': 'nothing that it needs has changed',
  'computed-before': 'computed before of the same',
}

function whyOf({ type, because, changes, changed }: StepLine): string {
  if (because === undefined) return 'what it needs was not given'
  const words = changes.length > 0 ? `${changes.slice(0, 3).join(', ')} ${WHY[because]}` : WHY[because]
  return type === 'ran' && changed.length === 0 ? `${words}; gave the same` : words
}

function sumOf(steps: readonly StepLine[]): number {
  return steps.reduce((sum, { took }) => sum + took, 0)
}

function inMs(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
}
