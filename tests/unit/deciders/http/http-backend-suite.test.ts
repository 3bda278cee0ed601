import { test } from 'vitest'
import type { ManualClock } from '../../../../ts/clock/index.js'
import { createHttpBackend } from '../../../../ts/deciders/http/index.js'
import { workflowBackendSuite } from '../../../../ts/testing/index.js'
import { served, serveByNode } from './served.js'

workflowBackendSuite({
  name: 'D85 HTTP, in here',
  test,
  create: async () => {
    const { remote, clock } = served()
    return { backend: remote, clock }
  },
})

workflowBackendSuite({
  name: 'D85 HTTP, a server of Node',
  test,
  create: async () => {
    let under = 0
    const { handler, clock } = served({ path: '/' })
    const server = await serveByNode((request) => {
      under--
      return handler(request)
    })
    const backend = createHttpBackend({
      url: server.url,
      clock,
      fetch: (url, init) => {
        under++
        return fetch(url, init)
      },
    })
    return { backend, clock: patient(clock, () => under > 0), cleanup: () => server.close() }
  },
})

/** Time goes on when nothing is on its way to the server: what is asked for before is asked at that time. */
function patient(clock: ManualClock, isOnItsWay: () => boolean): ManualClock {
  return {
    ...clock,
    async advance(ms) {
      do await new Promise(setImmediate)
      while (isOnItsWay())
      await clock.advance(ms)
    },
  }
}
