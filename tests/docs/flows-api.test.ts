import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { FlowEvent } from '../../ts/flows/index.js'
import { FLOW_STATUSES } from '../../ts/flows/index.js'
import { testApiPage } from './api-page.js'
import { testBehaviours } from './behaviours.js'

const page = fileURLToPath(new URL('../../docs/flows-api.md', import.meta.url))

testApiPage({
  page: 'docs/flows-api.md',
  entries: ['./flows', './flows/units', './timelines', './testing'],
  onlyFrom: {
    './flows/units': ['ts/flows/units/'],
    './timelines': ['ts/flows/'],
    './testing': ['ts/testing/flow-runner-suite.ts'],
  },
  withMembers: ['TaskContext', 'FlowRunner', 'FlowReader'],
  errors: 15,
})

testBehaviours({ last: { F: 33 } })

/** The compiler knows whether one is missing. */
const EVENTS: Readonly<Record<FlowEvent['type'], true>> = {
  'flow-created': true,
  'flow-scheduled': true,
  'flow-started': true,
  'task-started': true,
  'task-completed': true,
  'task-failed': true,
  'task-timed-out': true,
  'task-canceled': true,
  'retry-scheduled': true,
  'pause-requested': true,
  'cancel-requested': true,
  'flow-released': true,
  'flow-recovered': true,
  'flow-paused': true,
  'flow-resumed': true,
  'flow-rescheduled': true,
  'flow-migrated': true,
  'flow-completed': true,
  'flow-failed': true,
  'flow-canceled': true,
}

test.each([
  ['### States', FLOW_STATUSES],
  ['### History', Object.keys(EVENTS)],
] as const)('the first table below %s has a row for each', (heading, wanted) => {
  const [, section = ''] = readFileSync(page, 'utf8').split(`${heading}\n`)
  const [, rows = ''] = /\n\|---[^\n]*\n((?:\|[^\n]*\n)+)/.exec(section) ?? []
  const said = rows
    .split('\n')
    .flatMap((row) => (row.split('|')[1] ?? '').split(',').map((name) => name.trim()))
  expect(said.filter((name) => name !== '').sort()).toEqual([...wanted].sort())
})
