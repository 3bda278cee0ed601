import type { MarkKind } from './step-mark.js'

interface Palette {
  readonly paper: string
  readonly box: string
  readonly line: string
  readonly text: string
  readonly faint: string
  readonly edge: string
  readonly onDisc: string
  readonly marks: Readonly<Record<MarkKind, string>>
}

const LIGHT: Palette = {
  paper: '#ffffff',
  box: '#f8fafc',
  line: '#cbd5e1',
  text: '#0f172a',
  faint: '#5b677a',
  edge: '#94a3b8',
  onDisc: '#ffffff',
  marks: {
    ran: '#0b7a60',
    skipped: '#64748b',
    restored: '#0e7490',
    failed: '#dc2626',
    'timed-out': '#b45309',
    canceled: '#5f6e84',
    blocked: '#9f1239',
    'would-run': '#2563eb',
    depends: '#7c3aed',
  },
}

const DARK: Palette = {
  paper: '#0f172a',
  box: '#1e293b',
  line: '#475569',
  text: '#f1f5f9',
  faint: '#a3b1c6',
  edge: '#64748b',
  onDisc: '#0f172a',
  marks: {
    ran: '#34d399',
    skipped: '#94a3b8',
    restored: '#67e8f9',
    failed: '#f87171',
    'timed-out': '#fbbf24',
    canceled: '#94a3b8',
    blocked: '#fda4af',
    'would-run': '#60a5fa',
    depends: '#c4b5fd',
  },
}

const ROOT = '.unitflow-steps'

/** The style of a drawing. Colours stand in plain rules: not every program that shows SVG knows CSS variables. */
export function style(): string {
  return `
${ROOT} text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:13px}
${ROOT} .heading{font-size:18px;font-weight:600}
${ROOT} .small{font-size:11px}
${ROOT} .name{font-weight:500}
${ROOT} .middle{text-anchor:middle}
${ROOT} .box{stroke-width:1.25}
${ROOT} .step.ran .box,${ROOT} .step.restored .box,${ROOT} .step.would-run .box{stroke-width:1.75}
${ROOT} .step.failed .box,${ROOT} .step.timed-out .box,${ROOT} .step.canceled .box{stroke-width:2.5}
${ROOT} .step.blocked .box{stroke-dasharray:5 3}
${ROOT} .step.depends .box{stroke-dasharray:2 3;stroke-width:1.75}
${ROOT} .need .box{stroke-dasharray:4 2}
${ROOT} .edge{fill:none;stroke-width:1.25}
${ROOT} .edge.changed{stroke-width:2.5}
${ROOT} .sign{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
${colours(LIGHT)}
@media (prefers-color-scheme:dark){${colours(DARK)}}
`
}

function colours({ paper, box, line, text, faint, edge, onDisc, marks }: Palette): string {
  return [
    `.paper{fill:${paper}}`,
    `text{fill:${text}}`,
    `.faint{fill:${faint}}`,
    `.box{fill:${box};stroke:${line}}`,
    `.need .box{fill:${paper};stroke:${faint}}`,
    `.result .box{fill:${text};stroke:${text}}`,
    `.result text.name{fill:${paper}}`,
    `.edge{stroke:${edge}}`,
    `.edge.changed{stroke:${faint}}`,
    `.head{fill:${edge}}`,
    `.head.changed{fill:${faint}}`,
    `.sign{stroke:${onDisc}}`,
    `.halo{stroke:${paper};stroke-width:4px;paint-order:stroke;stroke-linejoin:round}`,
    ...Object.entries(marks).flatMap(([kind, colour]) => [
      `.disc.${kind}{fill:${colour}}`,
      kind === 'skipped' ? '' : `.step.${kind} .box{stroke:${colour}}`,
    ]),
  ]
    .filter((rule) => rule !== '')
    .map((rule) => `${ROOT} ${rule}`)
    .join('')
}
