// The whole store suite in workerd, on a KV namespace as the platform hands it over; answers with what became of it.
import { createWorkersKvStore } from 'unitflow/stores/workers-kv'
import { cacheStoreSuite } from 'unitflow/testing'

export default {
  async fetch(_request, { UNITS }) {
    const tests = []
    cacheStoreSuite({
      name: 'workers-kv',
      test: (name, run) => tests.push({ name, run }),
      without: ['has', 'replace'],
      create: async () => ({
        store: createWorkersKvStore(UNITS),
        reopen: async () => createWorkersKvStore(UNITS),
        cleanup: () => empty(UNITS),
      }),
    })
    const failures = []
    for (const { name, run } of tests) {
      try {
        await run()
      } catch (error) {
        failures.push(`${name}: ${error.message}`)
      }
    }
    return Response.json({ count: tests.length, failures })
  },
}

async function empty(namespace) {
  for (;;) {
    const { keys } = await namespace.list()
    if (keys.length === 0) return
    for (const { name } of keys) await namespace.delete(name)
  }
}
