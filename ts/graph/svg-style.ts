interface Palette {
  readonly paper: string
  readonly box: string
  readonly line: string
  readonly text: string
  readonly faint: string
  readonly track: string
  readonly edge: string
  readonly shared: string
  readonly recursive: string
  readonly missing: string
  readonly onMark: string
}

const LIGHT: Palette = {
  paper: '#ffffff',
  box: '#f8fafc',
  line: '#cbd5e1',
  text: '#0f172a',
  faint: '#5b677a',
  track: '#e2e8f0',
  edge: '#94a3b8',
  shared: '#2563eb',
  recursive: '#b45309',
  missing: '#dc2626',
  onMark: '#ffffff',
}

const DARK: Palette = {
  paper: '#0f172a',
  box: '#1e293b',
  line: '#475569',
  text: '#f1f5f9',
  faint: '#a3b1c6',
  track: '#334155',
  edge: '#64748b',
  shared: '#60a5fa',
  recursive: '#fbbf24',
  missing: '#f87171',
  onMark: '#0f172a',
}

/** The style of a drawing. Colours stand in plain rules: not every program that shows SVG knows CSS variables. */
export function style(): string {
  return `
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:13px}
.heading{font-size:18px;font-weight:600}
.small{font-size:11px}
.name{font-weight:500}
.badge{font-size:10px;font-weight:600;text-anchor:middle}
.box{stroke-width:1.25}
.top .box{stroke-width:2.5}
.missing .box{stroke-dasharray:5 3}
.edge{fill:none;stroke-width:1.25}
.edge.drawn{stroke-dasharray:2 3}
.edge.recursive{stroke-width:1.75}
.edge.shared{stroke-opacity:.6}
.loop{fill:none;stroke-width:1.4;stroke-linecap:round}
${colours(LIGHT)}
@media (prefers-color-scheme:dark){${colours(DARK)}}
`
}

function colours(palette: Palette): string {
  const { paper, box, line, text, faint, track, edge, shared, recursive, missing, onMark } = palette
  return [
    `.paper{fill:${paper}}`,
    `text{fill:${text}}`,
    `.faint{fill:${faint}}`,
    `.box{fill:${box};stroke:${line}}`,
    `.top .box{stroke:${text}}`,
    `.shared .box{stroke:${shared}}`,
    `.recursive .box{stroke:${recursive}}`,
    `.missing .box{stroke:${missing};fill:none}`,
    `.track{fill:${track}}`,
    `.bar{fill:${faint}}`,
    `.edge{stroke:${edge}}`,
    `.edge.shared{stroke:${shared}}`,
    `.edge.recursive{stroke:${recursive}}`,
    `.edge.missing{stroke:${missing}}`,
    `.head{fill:${edge}}`,
    `.head.shared{fill:${shared}}`,
    `.head.recursive{fill:${recursive}}`,
    `.head.missing{fill:${missing}}`,
    `.mark.shared{fill:${shared}}`,
    `.mark.recursive{fill:${recursive}}`,
    `.badge{fill:${onMark}}`,
    `.loop{stroke:${onMark}}`,
    `.halo{stroke:${paper};stroke-width:3px;paint-order:stroke;stroke-linejoin:round}`,
  ].join('')
}
