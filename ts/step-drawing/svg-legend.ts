import { px } from '../drawing/index.js'
import type { LegendItem } from '../graph/index.js'
import type { StepGraph } from './step-graph.js'
import type { MarkKind } from './step-mark.js'
import { SIGN_SIZE, stepSign } from './svg-signs.js'

const MEANINGS: Readonly<Record<MarkKind, string>> = {
  ran: 'ran',
  skipped: 'skipped: its outputs are in place',
  restored: 'restored: its outputs were given back',
  failed: 'failed',
  'timed-out': 'took too long',
  canceled: 'canceled',
  blocked: 'lacks what it needs',
  'would-run': 'would run',
  depends: 'depends on what others will give',
}

const KINDS: readonly MarkKind[] = [
  'ran',
  'would-run',
  'depends',
  'skipped',
  'restored',
  'failed',
  'timed-out',
  'canceled',
  'blocked',
]

/** What the signs of a drawing mean: only those that occur in it. */
export function legendItems({ nodes, edges }: StepGraph): readonly LegendItem[] {
  const found = new Set(nodes.map(({ mark }) => mark?.kind))
  const items = KINDS.filter((kind) => found.has(kind)).map((kind) => ({
    text: MEANINGS[kind],
    width: SIGN_SIZE,
    sign: (x: number, y: number) => stepSign(kind, x + SIGN_SIZE / 2, y),
  }))
  const pill = (type: 'need' | 'result', text: string, rx: number): readonly LegendItem[] =>
    nodes.some((node) => node.type === type)
      ? [
          {
            text,
            width: 26,
            sign: (x, y) =>
              `<g class="${type}"><rect class="box" x="${px(x)}" y="${px(y - 7)}" width="26" height="14" rx="${rx}"/></g>`,
          },
        ]
      : []
  const changed: LegendItem = {
    text: 'another value than before',
    width: 26,
    sign: (x, y) => `<path class="edge changed" d="M${px(x)} ${px(y)}h26"/>`,
  }
  return [
    ...items,
    ...pill('need', 'needed: no step gives it', 7),
    ...pill('result', 'result: no step reads it', 3),
    ...(edges.some(({ isChanged }) => isChanged) ? [changed] : []),
  ]
}
