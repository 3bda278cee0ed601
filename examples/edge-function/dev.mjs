import { Miniflare } from 'miniflare'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { tenantEntry } from './tenant-entry.mjs'

// Runs the worker in workerd on this machine, with a KV namespace and objects that last as long as this program.
const worker = new Miniflare({
  modules: await bundle(fileURLToPath(new URL('worker.ts', import.meta.url))),
  compatibilityDate: '2026-01-01',
  kvNamespaces: ['UNITS'],
  durableObjects: { RUNS: { className: 'Run', useSQLite: true } },
  bindings: {
    TENANTS: JSON.stringify([
      tenantEntry('dev', 'write', 'dev-writer'),
      tenantEntry('dev', 'read', 'dev-reader'),
    ]),
  },
  host: '127.0.0.1',
  port: Number(process.env.PORT ?? 8787),
})
console.log(`${(await worker.ready).origin}/workflows/ and /runs/, tokens: dev-writer, dev-reader`)
process.once('SIGINT', () => void worker.dispose())
