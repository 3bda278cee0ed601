import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OUTCOMES } from './support-rows.js'
import type { Outcome, SupportRow, TableName } from './support-rows.js'

const PAGE = fileURLToPath(new URL('../../../docs/bpmn-support.md', import.meta.url))

const HEADS: Readonly<Record<TableName, string>> = {
  'recorded runs': 'model (process)',
  'own processes': 'process',
  models: 'model',
}

export function readPage(): string {
  return readFileSync(PAGE, 'utf8')
}

export function writePage(text: string): void {
  writeFileSync(PAGE, text)
}

/** The page with these tables; the others stay as they are. */
export function withTables(page: string, tables: ReadonlyMap<TableName, readonly SupportRow[]>): string {
  let text = page
  for (const [name, rows] of tables) {
    const [from, to] = placeOf(text, name)
    text = text.slice(0, from) + tableOf(name, rows) + text.slice(to)
  }
  return text
}

/** What the page says of each model. */
export function rowsOf(page: string, name: TableName): readonly SupportRow[] {
  const [from, to] = placeOf(page, name)
  const lines = page.slice(from, to).split('\n').slice(2)
  return lines.flatMap((line) => {
    const [, model = '', outcome = '', text = ''] = /^\| (.*?) \| (\S+) \| (.*?) ?\|$/.exec(line) ?? []
    return isOutcome(outcome) ? [{ model, outcome, text }] : []
  })
}

function isOutcome(word: string): word is Outcome {
  return OUTCOMES.some((outcome) => outcome === word)
}

/** The models of which the page says something better than is so, or which it does not know. */
export function worse(rows: readonly SupportRow[], before: readonly SupportRow[]): readonly string[] {
  const now = new Map(rows.map((row) => [cell(row.model), row.outcome]))
  return before.flatMap(({ model, outcome }) => {
    const found = now.get(model)
    if (found !== undefined && OUTCOMES.indexOf(found) <= OUTCOMES.indexOf(outcome)) return []
    return [`${model}: ${outcome} until now, ${found ?? 'not there'}`]
  })
}

function placeOf(text: string, name: TableName): readonly [number, number] {
  const begin = `<!-- ${name}: RECORD_SUPPORT=1 writes this table -->\n`
  const from = text.indexOf(begin)
  const to = text.indexOf(`\n<!-- end of ${name} -->`, from)
  if (from < 0 || to < 0) throw new Error(`docs/bpmn-support.md has no place for the table of ${name}`)
  return [from + begin.length, to]
}

function tableOf(name: TableName, rows: readonly SupportRow[]): string {
  const lines = rows.map(({ model, outcome, text }) => `| ${cell(model)} | ${outcome} | ${cell(text)} |`)
  return [`| ${HEADS[name]} | here | |`, '|---|---|---|', ...lines].join('\n')
}

/** No text of a model ends a cell, or is markup. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;').trim()
}
