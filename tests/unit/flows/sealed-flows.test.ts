import { expect, test } from 'vitest'
import { createAesGcmCodec } from '../../../ts/codec/index.js'
import { createFlowRunner, defineFlow, defineTask, of, readFlows } from '../../../ts/flows/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { FLOW_COLLECTIONS } from '../../../ts/flows/records/index.js'
import { recordsAsText } from '../../../ts/testing/all-records.js'

/** All that is stored, as text. */
async function dump(records: RecordStore): Promise<string> {
  const stored = await recordsAsText(records, FLOW_COLLECTIONS)
  expect(stored.split('\n').length).toBeGreaterThan(5)
  return stored
}

test("F18 F24 F30 what is the user's is encrypted in every record, and is read with the key alone", async () => {
  const codec = createAesGcmCodec({ keys: { k: new Uint8Array(32).fill(7) }, current: 'k' })
  const records = createMemoryRecords()
  let stored = ''
  const first = defineTask({
    name: 'first',
    inputs: { card: of<string>() },
    outputs: { receipt: of<string>() },
    run: async (_, task) => {
      task.progress(50, 'SECRET of the progress')
      task.heartbeat({ row: 'SECRET of the heartbeat' })
      // Until it is stored, while the task runs.
      while (!stored.includes('flow_progress')) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        stored = await dump(records)
      }
      return { receipt: 'SECRET output' }
    },
  })
  const second = defineTask({
    name: 'second',
    run: () => {
      throw new Error('SECRET message', { cause: new Error('SECRET cause') })
    },
  })
  const flow = defineFlow('sealed', [first, second])
  const runner = createFlowRunner({ records, flows: [flow], codec })
  const told: unknown[] = []
  runner.onEvents((committed) => told.push(committed))
  const id = await runner.schedule(flow, { card: 'SECRET input' })
  expect(await runner.run()).toMatchObject({ status: 'failed', error: { message: 'SECRET message' } })
  expect(`${stored}${await dump(records)}`).not.toContain('SECRET')
  expect(await runner.context(id)).toEqual({ card: 'SECRET input', receipt: 'SECRET output' })
  expect(JSON.stringify(told)).toContain('SECRET cause')
  const withKey = readFlows(records, { codec })
  expect(JSON.stringify(await withKey.history(id))).toContain('SECRET cause')
  expect(JSON.stringify(await readFlows(records).history(id))).not.toContain('SECRET')
  const withoutKey = createFlowRunner({ records, flows: [flow] })
  await expect(withoutKey.context(id)).rejects.toMatchObject({ code: 'bad-payload' })
  expect(await withoutKey.rerun(id)).toMatchObject({ status: 'failed', error: { code: 'bad-payload' } })
  // Nothing is lost: it goes on where the key is.
  expect(await runner.rerun(id)).toMatchObject({ status: 'failed', error: { message: 'SECRET message' } })
})
