// The whole store suite in workerd, on a KV namespace as the platform hands it over; answers with what became of it.
import { createWorkersKvStore } from 'unitflow/stores/workers-kv'
import { cacheStoreSuite } from 'unitflow/testing'
import { runSuite } from './run-suite.mjs'

export default {
  async fetch(_request, { UNITS }) {
    const result = await runSuite((test) =>
      cacheStoreSuite({
        name: 'workers-kv',
        test,
        without: ['has', 'replace'],
        create: async () => ({
          store: createWorkersKvStore(UNITS),
          reopen: async () => createWorkersKvStore(UNITS),
          cleanup: () => empty(UNITS),
        }),
      }),
    )
    return Response.json(result)
  },
}

async function empty(namespace) {
  for (;;) {
    const { keys } = await namespace.list()
    if (keys.length === 0) return
    for (const { name } of keys) await namespace.delete(name)
  }
}
