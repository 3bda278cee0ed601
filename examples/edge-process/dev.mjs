import { Miniflare } from 'miniflare'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'

// Runs the worker in workerd on this machine. What its objects store is in .objects, and is there again the next time.
const worker = new Miniflare({
  modules: await bundle(fileURLToPath(new URL('worker.ts', import.meta.url))),
  compatibilityDate: '2026-01-01',
  durableObjects: { CUSTOMERS: { className: 'Customer', useSQLite: true } },
  durableObjectsPersist: fileURLToPath(new URL('.objects', import.meta.url)),
  host: '127.0.0.1',
  port: Number(process.env.PORT ?? 8787),
})
console.log(`${(await worker.ready).origin}/customers/<customer>/invoices/<number>`)
process.once('SIGINT', () => void worker.dispose())
