import { testApiPage } from './api-page.js'
import { testBehaviours } from './behaviours.js'

testApiPage({
  page: 'docs/deciders-api.md',
  entries: [
    './deciders',
    './deciders/http',
    './deciders/units',
    './deciders/payloads',
    './codec',
    './timelines',
    './testing',
  ],
  onlyFrom: {
    './testing': ['ts/deciders/', 'ts/clock/', 'ts/testing/workflow-backend-suite.ts'],
  },
  withMembers: [
    'ActivityContext',
    'When',
    'ProcessView',
    'Manager',
    'WorkflowBackend',
    'happened',
    'ProcessHarness',
    'UnitWorkflow',
    'UnitTask',
  ],
  errors: 44,
})

testBehaviours({
  last: { D: 86, SC: 9, U: 38 },
  notOurs: {
    D11: 'an accident of the original',
    D76: 'the backend on Amazon SWF comes later',
    D77: 'the backend on Amazon SWF comes later',
    D78: 'the backend on Amazon SWF comes later',
  },
})
