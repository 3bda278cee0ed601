import { canonicalJson } from '../canonical-json.js'
import { meantDifferences } from './meant-differences.js'
import { differencesFromRecord, modelsIn, runSmallModel } from './small-runs.js'
import { lazyRecords, lazyRuns } from './lazy-runs.js'
import type { LazyRun } from './lazy-runs.js'
import type { ModelRun } from './model-run.js'
import { FAILS_THERE, recordedModels, runsOf, UNSAID } from './unit-runs.js'
import type { Unsaid } from './unit-runs.js'

/** What became of a model, the best first: a table that goes down this list is a worse one. */
export const OUTCOMES = ['equal', 'meant', 'runs', 'waits', 'outside', 'fails', 'differs'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** One line of a table of docs/bpmn-support.md. */
export interface SupportRow {
  readonly model: string
  readonly outcome: Outcome
  readonly text: string
}

/** The tables by the names of their places in the page. */
export type TableName = 'recorded runs' | 'own processes' | 'models'

/** The tables that can be made here. */
export async function supportRows(): Promise<ReadonlyMap<TableName, readonly SupportRow[]>> {
  const rows = new Map<TableName, readonly SupportRow[]>()
  if (lazyRecords.length > 0) rows.set('recorded runs', await recordedRows())
  rows.set('own processes', await ownRows())
  if (recordedModels.length > 0) rows.set('models', await modelRows())
  return rows
}

async function recordedRows(): Promise<readonly SupportRow[]> {
  const rows: SupportRow[] = []
  for (const file of lazyRecords) {
    const runs = await lazyRuns(file)
    const [first] = runs
    if (first === undefined) continue
    const differences = runs.flatMap((run) => run.differences)
    rows.push({
      model: `${first.model} (${first.process})`,
      outcome: differences.length === 0 ? 'equal' : 'differs',
      text: differences.length === 0 ? equalText(first, runs.length) : differences.join('; '),
    })
  }
  return rows
}

function equalText({ status, ours }: LazyRun, count: number): string {
  if (status === 'completed') return `in ${count} runs`
  const here = ours.problems[0] ?? `${ours.code ?? ours.status}: ${ours.why ?? ''}`
  return `as far as it goes. Recorded: ${status.trim()}. Here: ${here}`
}

async function ownRows(): Promise<readonly SupportRow[]> {
  const rows: SupportRow[] = []
  for (const model of modelsIn('c')) {
    const { name } = model
    const differences = differencesFromRecord(name, await runSmallModel(model))
    const meant = meantDifferences[name]
    const isMeant = meant !== undefined && canonicalJson(meant.found) === canonicalJson(differences)
    if (differences.length === 0) rows.push({ model: name, outcome: 'equal', text: '' })
    else if (isMeant) rows.push({ model: name, outcome: 'meant', text: meant.why })
    else rows.push({ model: name, outcome: 'differs', text: differences.join('; ') })
  }
  return rows
}

const UNSAID_WORDS: Readonly<Record<Unsaid, string>> = {
  'event subprocess': 'without the event subprocess',
  variable: 'without the name of the variable',
  condition: 'without the condition',
  participants: 'without the participants that messages begin',
}

async function modelRows(): Promise<readonly SupportRow[]> {
  const rows: SupportRow[] = []
  for (const model of recordedModels) {
    const { c, older } = await runsOf(model)
    const dialects = [...Object.keys(older), 'c'].map((dialect) => dialect.toUpperCase()).join(', ')
    const unsaid = UNSAID[model]
    const note =
      unsaid === undefined
        ? ''
        : `; ${unsaid.in.toUpperCase().split('').join(' and ')} ${UNSAID_WORDS[unsaid.what]}`
    const [outcome, found] = outcomeOf(c)
    const text = FAILS_THERE.has(model) ? `${found}; in SpiffWorkflow, too` : found
    rows.push({ model, outcome, text: `${text === '' ? '' : `${text} `}(${dialects}${note})` })
  }
  return rows
}

function outcomeOf({
  status,
  code,
  why = '',
  active,
  problems,
  unbound,
  completed,
}: ModelRun): [Outcome, string] {
  if (problems.length > 0) return ['outside', byProblem(problems)]
  if (status === 'completed') return ['runs', `${completed.length} elements`]
  if (status === 'failed') return ['fails', `with \`${code ?? ''}\`, ${why}`]
  if (code === 'unbound-elements') return ['waits', `for a function: ${unbound.map(elementOf).join(', ')}`]
  return ['waits', code === undefined ? `for ${active.map(elementOf).join(', ')}` : `${code}: ${why}`]
}

/** Elements with the same problem stand together. */
function byProblem(problems: readonly string[]): string {
  const found = new Map<string, string[]>()
  for (const one of problems) {
    const [element = '', ...rest] = one.split(': ')
    const problem = rest.join(': ')
    found.set(problem, [...(found.get(problem) ?? []), elementOf(element)])
  }
  return [...found].map(([problem, elements]) => `${elements.join(', ')}: ${problem}`).join('; ')
}

const elementOf = (element: string): string => `\`${element}\``
