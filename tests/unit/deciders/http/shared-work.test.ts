import { expect, test } from 'vitest'
import { createAesGcmCodec } from '../../../../ts/codec/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import {
  completeProcess,
  defineActivity,
  defineWorkflow,
  scheduleActivity,
} from '../../../../ts/deciders/definitions/index.js'
import { createHttpBackend } from '../../../../ts/deciders/http/index.js'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import { withPayloadCodec } from '../../../../ts/deciders/payloads/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { of } from '../../../../ts/schema/index.js'
import { BackendWork, completed, schedule } from '../../../../ts/testing/workflow-backend/case.js'
import { served, serveByNode } from './served.js'

const double = defineActivity('double', { input: of<number>(), result: of<number>() }, (number) => number * 2)
const doubled = defineWorkflow({
  name: 'doubled',
  input: of<number>(),
  result: of<number>(),
  activities: [double],
  decide(process) {
    const done = process.latest(double)
    if (done === undefined) return scheduleActivity(double, process.input)
    return done.type === 'completed' ? completeProcess(done.result) : []
  },
})

const codec = createAesGcmCodec({ keys: { k: new Uint8Array(32).fill(1) }, current: 'k' })

test.each<readonly [what: string, how: (backend: WorkflowBackend) => WorkflowBackend]>([
  ['as it is', (backend) => backend],
  ['with what a server cannot read (D86)', (backend) => withPayloadCodec(backend, codec)],
])('SC7 D64 D80 D85 workers that share a backend over HTTP finish processes, %s', async (_, how) => {
  const { handler } = served({ backend: createBackend({ records: createMemoryRecords() }), path: '/' })
  let requests = 0
  const server = await serveByNode((request) => {
    requests++
    return handler(request)
  })
  const stop = new AbortController()
  try {
    const managers = [1, 2].map(() => {
      const backend = how(createHttpBackend({ url: server.url }))
      return createManager({ backend, workflows: [doubled] })
    })
    const runs = managers.flatMap((manager) =>
      [createDecisionWorker(manager), createActivityWorker(manager)].map((worker) =>
        worker.run({ signal: stop.signal }),
      ),
    )
    const ids = await Promise.all([1, 2, 3].map((number) => managers[0]!.start(doubled, number)))
    const outcomes = await Promise.all(ids.map((id) => managers[1]!.result(id)))
    expect(outcomes).toEqual([2, 4, 6].map((result) => ({ status: 'completed', result })))
    stop.abort()
    await Promise.all(runs)
    // They wait at the server, and do not ask again and again.
    expect(requests).toBeLessThan(100)
    for (const manager of managers) await manager.backend.close()
  } finally {
    stop.abort()
    await server.close()
  }
})

test('D81 D85 somebody in a tab ends what waits for a person', async () => {
  const { remote, backend, clock } = served()
  const work = new BackendWork({ backend, clock })
  await work.register({}, { manual: true })
  await backend.startProcess({ workflow: 'test', id: 'p' })
  await work.decide(schedule('a', { input: { form: 1 } }))
  await work.activity()
  const { activities } = await remote.waitingActivities({ activity: 'double' })
  expect(activities).toMatchObject([{ process: 'p', id: 'a', input: { form: 1 }, status: 'running' }])
  await remote.completeActivityTask(activities[0]!.token!, completed('signed'))
  expect((await backend.history('p')).at(-1)).toMatchObject({ type: 'activity', result: completed('signed') })
})
