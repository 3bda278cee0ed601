import { test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import type { PayloadCodec } from '../../../ts/codec/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { flowRunnerSuite } from '../../../ts/testing/flow-runner-suite.js'
import { recordStores } from '../records/record-stores.js'

const start = 1_800_000_000_000

for (const { name, open } of recordStores) {
  flowRunnerSuite({
    name,
    test,
    create: async () => ({ records: open(), clock: createManualClock(start) }),
  })
}

/** Nothing that it has sealed is anything else to who does not open it. It takes no time, as the clock that stands still wants it. */
const sealing: PayloadCodec = {
  encode: async (text) => `sealed ${encodeURIComponent(text)}`,
  decode: async (sealed) => decodeURIComponent(sealed.slice('sealed '.length)),
}

flowRunnerSuite({
  name: 'sealed',
  test,
  codec: sealing,
  create: async () => ({ records: createMemoryRecords(), clock: createManualClock(start) }),
})
