// The tables of README that are made, not written: what each entry costs, and where the package runs.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { supportTable } from './support.mjs'

/** How much a figure in README may differ, in KB: compressors of other machines make other choices. */
const TOLERANCE = 0.3

const FIGURE = /\d+\.\d/g

function withTables(text, tables) {
  for (const [name, table] of Object.entries(tables)) {
    const begin = `<!-- ${name}: npm run build writes this table -->\n`
    const end = `\n<!-- end of ${name} -->`
    const from = text.indexOf(begin)
    const to = text.indexOf(end, from)
    if (from < 0 || to < 0) throw new Error(`README.md has no place for the table of ${name}`)
    text = text.slice(0, from + begin.length) + table + text.slice(to)
  }
  return text
}

function tablesOf(root, sizes) {
  return { sizes: sizeTable(sizes), runtimes: supportTable(root) }
}

function sizeTable(sizes) {
  const kilobytes = (bytes) => (bytes / 1024).toFixed(1)
  const rows = sizes.map(
    ({ name, minified, gzip, brotli, budget }) =>
      `| ${name} | ${kilobytes(minified)} | ${kilobytes(gzip)} | ${kilobytes(brotli)} | ${budget === undefined ? '' : budget / 1024} |`,
  )
  return [
    '| KB, with all that it imports | minified | gzip | brotli | budget, gzip |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

/** Writes the tables into README, where anything in them has changed. */
export function writeReadmeTables(root, sizes) {
  if (readmeTablesHold(root, sizes)) return
  const path = join(root, 'README.md')
  writeFileSync(path, withTables(readFileSync(path, 'utf8'), tablesOf(root, sizes)))
  console.log('README.md: tables written')
}

/** Whether README's tables say what is so. */
export function readmeTablesHold(root, sizes) {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const right = withTables(text, tablesOf(root, sizes))
  if (text.replace(FIGURE, '') !== right.replace(FIGURE, '')) return false
  const wanted = right.match(FIGURE) ?? []
  return (text.match(FIGURE) ?? []).every((figure, at) => Math.abs(figure - wanted[at]) <= TOLERANCE)
}
