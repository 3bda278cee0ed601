import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.js'
import { hasRecords } from './records.js'
import { lazyRecords, lazyRuns } from './run-models/lazy-runs.js'
import { meantDifferences } from './run-models/meant-differences.js'
import { readPage, rowsOf, withTables, worse, writePage } from './run-models/support-page.js'
import { supportRows } from './run-models/support-rows.js'
import { differencesFromRecord, modelsIn, recordedNames, runSmallModel } from './run-models/small-runs.js'
import { isPartOf, countsOf } from './run-models/compare-runs.js'
import { recordedModels, runsOf, UNSAID } from './run-models/unit-runs.js'

test(
  hasRecords
    ? 'U37 all recorded runs are looked at'
    : 'U37 the recorded runs are not beside this project, so only its own are compared',
  () => {
    expect(lazyRecords).toHaveLength(hasRecords ? 21 : 0)
    const names = modelsIn('c').map(({ name }) => name)
    expect(recordedNames).toEqual(names)
    expect(names).toEqual(expect.arrayContaining(Object.keys(meantDifferences)))
  },
)

describe.each(['a', 'b', 'c'] as const)('own processes, in dialect %s', (dialect) => {
  test.each(modelsIn(dialect))('U36 U37 $name completes what SpiffWorkflow completes', async (model) => {
    const expected = meantDifferences[model.name]?.found ?? []
    expect(differencesFromRecord(model.name, await runSmallModel(model))).toEqual(expected)
    // A plain task is complete at once here and waits for somebody there, which comes to the same.
    expect(differencesFromRecord(model.name, await runSmallModel(model, true))).toEqual(expected)
  })
})

describe.each(lazyRecords)('%s', (file) => {
  test('U37 every run completes what SpiffWorkflow completes, and comes to its data', async () => {
    for (const plainTasksWait of [false, true]) {
      for (const { how, differences, ours, status } of await lazyRuns(file, plainTasksWait)) {
        expect(differences, how).toEqual([])
        if (status === 'completed') expect(ours).toMatchObject({ status, problems: [], unbound: [] })
        if (status === 'does not end') expect(ours).toMatchObject({ status: 'failed', code: 'run-limit' })
        if (status.startsWith('error: NameError')) {
          expect(ours).toMatchObject({ status: 'waits', code: 'unbound-elements' })
        }
        if (status.startsWith('it waits')) expect(ours.active.length).toBeGreaterThan(0)
        const [, missing] = /^asks for what is in no file: (.*)$/.exec(status) ?? []
        for (const process of missing?.split(' ') ?? []) {
          expect(
            ours.problems.some((problem) => problem.includes(process)),
            process,
          ).toBe(true)
        }
      }
    }
  })
})

describe.each(recordedModels)('%s', (model) => {
  test('U36 its dialects run alike, as far as they say the same', async () => {
    const { c, older } = await runsOf(model)
    for (const [dialect, run] of Object.entries(older)) {
      const unsaid = UNSAID[model]?.in.includes(dialect) === true ? UNSAID[model].what : undefined
      expect([run.status, run.code, run.active], dialect).toEqual([c.status, c.code, c.active])
      // What is left out there is left out here: otherwise it would hide what goes wrong.
      const differs = (what: typeof unsaid): 'equal' | 'not' => (unsaid === what ? 'not' : 'equal')
      expect(alike(countsOf(run.completed), countsOf(c.completed)), dialect).toBe(differs('event subprocess'))
      expect(isPartOf(countsOf(run.completed), countsOf(c.completed)), dialect).toBe(true)
      if (unsaid !== 'event subprocess') expect(alike(run.data, c.data), dialect).toBe(differs('variable'))
      const isFound = unsaid === 'condition' || unsaid === 'participants'
      expect(alike(run.problems, c.problems), dialect).toBe(isFound ? 'not' : 'equal')
    }
  })
})

function alike(one: unknown, other: unknown): 'equal' | 'not' {
  return canonicalJson(one) === canonicalJson(other) ? 'equal' : 'not'
}

// Made with RECORD_SUPPORT=1: docs/bpmn-support.md says of each model what becomes of it.
describe('the tables of docs/bpmn-support.md', () => {
  test(
    hasRecords
      ? 'U36 U37 no model runs worse than they say, and they say what is so'
      : 'U36 U37 they say what is so of the own processes; the recorded models are not beside this project',
    async () => {
      const tables = await supportRows()
      if (process.env['RECORD_SUPPORT'] === '1') writePage(withTables(readPage(), tables))
      const page = readPage()
      for (const [name, rows] of tables) expect(worse(rows, rowsOf(page, name)), name).toEqual([])
      expect(withTables(page, tables), 'RECORD_SUPPORT=1 writes the tables anew').toBe(page)
    },
    // All models once more.
    180_000,
  )

  test('a table that got worse is noticed', () => {
    const rows = [
      { model: 'one', outcome: 'runs', text: '' },
      { model: 'two', outcome: 'outside', text: 'of it' },
    ] as const
    const page = '<!-- models: RECORD_SUPPORT=1 writes this table -->\n\n<!-- end of models -->'
    const written = withTables(page, new Map([['models', rows]]))
    expect(rowsOf(written, 'models')).toEqual(rows)
    expect(worse(rows, rows)).toEqual([])
    expect(worse([{ ...rows[0], outcome: 'equal' }, rows[1]], rows)).toEqual([])
    expect(worse([{ ...rows[0], outcome: 'fails' }], rows)).toEqual([
      'one: runs until now, fails',
      'two: outside until now, not there',
    ])
  })
})
