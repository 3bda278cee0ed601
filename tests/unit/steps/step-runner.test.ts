import { test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import { createRecordState, createState } from '../../../ts/steps/index.js'
import { stepRunnerSuite } from '../../../ts/testing/step-runner-suite.js'
import { recordStores } from '../records/record-stores.js'

const start = 1_800_000_000_000

stepRunnerSuite({
  name: 'no records',
  test,
  without: ['reopen'],
  create: async () => ({
    open: (_, mutable) => createState({}, { mutable }),
    clock: createManualClock(start),
  }),
})

for (const { name, open } of recordStores) {
  stepRunnerSuite({
    name: `records: ${name}`,
    test,
    create: async () => {
      const records = open()
      const clock = createManualClock(start)
      return {
        open: (state, mutable) => createRecordState({ records, name: state, mutable, clock }),
        clock,
        cleanup: () => records.close(),
      }
    },
  })
}
