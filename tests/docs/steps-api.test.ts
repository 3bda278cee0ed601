import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { RunReason, SkipReason, State, StepEvent } from '../../ts/steps/index.js'
import { testApiPage } from './api-page.js'
import { testBehaviours } from './behaviours.js'

const page = fileURLToPath(new URL('../../docs/steps-api.md', import.meta.url))

testApiPage({
  page: 'docs/steps-api.md',
  entries: ['./steps', './steps/caches', './steps/saved', './steps/drawing', './steps/units', './testing'],
  onlyFrom: { './testing': ['ts/testing/step-runner'] },
  withMembers: ['StepContext', 'StepRunner', 'ResultCache'],
  errors: 20,
})

testBehaviours({ last: { S: 31 } })

// The compiler knows whether one is missing.
const REASONS: Readonly<Record<RunReason | SkipReason, true>> = {
  'never-ran': true,
  'inputs-changed': true,
  'step-changed': true,
  expired: true,
  forced: true,
  policy: true,
  'not-reusing': true,
  'result-gone': true,
  'inputs-unchanged': true,
  'computed-before': true,
}
const EVENTS: Readonly<Record<StepEvent['type'], true>> = {
  'run-started': true,
  'step-started': true,
  'step-progress': true,
  'step-retrying': true,
  'step-ended': true,
  'run-ended': true,
}
const OF_STATE: Readonly<Record<keyof State & string, true>> = {
  isMutable: true,
  get: true,
  has: true,
  set: true,
  setMany: true,
  delete: true,
  names: true,
  snapshot: true,
  onChange: true,
  watch: true,
}

test.each([
  ['| reason |', REASONS],
  ['| event |', EVENTS],
  ['| of a state |', OF_STATE],
] as const)('the table that begins with %s has a row for each', (head, wanted) => {
  const [, table = ''] = readFileSync(page, 'utf8').split(`\n${head}`)
  const [, rows = ''] = /\n\|---[^\n]*\n((?:\|[^\n]*\n)+)/.exec(table) ?? []
  const said = rows.split('\n').flatMap((row) => {
    const names = (row.split('|')[1] ?? '').replaceAll(/`\.|\([^)]*\)|`/g, '')
    return names.split(',').map((name) => name.trim())
  })
  expect(said.filter((name) => name !== '').sort()).toEqual(Object.keys(wanted).sort())
})
