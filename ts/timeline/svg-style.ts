interface Palette {
  readonly paper: string
  readonly stripe: string
  readonly line: string
  readonly text: string
  readonly faint: string
  readonly completed: string
  readonly failed: string
  readonly canceled: string
  readonly timedOut: string
  readonly open: string
  readonly waiting: string
  readonly mark: string
  readonly onBar: string
}

const LIGHT: Palette = {
  paper: '#ffffff',
  stripe: '#f8fafc',
  line: '#e2e8f0',
  text: '#0f172a',
  faint: '#5b677a',
  completed: '#0b7a60',
  failed: '#dc2626',
  canceled: '#5f6e84',
  timedOut: '#b45309',
  open: '#2563eb',
  waiting: '#8090a8',
  mark: '#7c3aed',
  onBar: '#ffffff',
}

const DARK: Palette = {
  paper: '#0f172a',
  stripe: '#162036',
  line: '#2a3850',
  text: '#f1f5f9',
  faint: '#a3b1c6',
  completed: '#34d399',
  failed: '#f87171',
  canceled: '#94a3b8',
  timedOut: '#fbbf24',
  open: '#60a5fa',
  waiting: '#6b7c94',
  mark: '#c4b5fd',
  onBar: '#0f172a',
}

const ROOT = '.unitflow-timeline'

/** The style of a drawing. Colours stand in plain rules: not every program that shows SVG knows CSS variables. */
export function style(): string {
  return `
${ROOT} text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:13px}
${ROOT} .heading{font-size:18px;font-weight:600}
${ROOT} .small{font-size:11px}
${ROOT} .name{font-weight:500}
${ROOT} .grid{stroke-width:1}
${ROOT} .zigzag{fill:none;stroke-width:1.25;stroke-linejoin:round}
${ROOT} .sign{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
${ROOT} .dashed{fill:none;stroke-width:2;stroke-dasharray:2 3}
${ROOT} .thin{fill:none;stroke-width:2}
${colours(LIGHT)}
@media (prefers-color-scheme:dark){${colours(DARK)}}
`
}

function colours(palette: Palette): string {
  const { paper, stripe, line, text, faint, waiting, mark, onBar } = palette
  const outcomes = [
    ['completed', palette.completed],
    ['failed', palette.failed],
    ['canceled', palette.canceled],
    ['timed-out', palette.timedOut],
    ['open', palette.open],
  ] as const
  return [
    `.paper{fill:${paper}}`,
    `.stripe{fill:${stripe}}`,
    `text{fill:${text}}`,
    `.faint{fill:${faint}}`,
    `.grid{stroke:${line}}`,
    `.zigzag{stroke:${faint}}`,
    `.waiting{fill:${waiting}}`,
    `.dashed{stroke:${faint}}`,
    `.mark{fill:${mark}}`,
    `.sign{stroke:${onBar}}`,
    `.halo{stroke:${paper};stroke-width:4px;paint-order:stroke;stroke-linejoin:round}`,
    ...outcomes.flatMap(([name, colour]) => [
      `.${name}{fill:${colour}}`,
      `.thin.${name}{fill:none;stroke:${colour}}`,
    ]),
  ]
    .map((rule) => `${ROOT} ${rule}`)
    .join('')
}
