// A Worker that does what the path names, or only reads the request. Its clock stands still: it is timed from outside.
import { firstUnit, initialiseCore } from './first-unit.mjs'

const WORK = {
  '/import': () => undefined,
  '/core': initialiseCore,
  '/unit': firstUnit,
}

export default {
  async fetch(request) {
    const specs = await request.text()
    const work = WORK[new URL(request.url).pathname]
    // A module of its own, which workerd loads where it is imported.
    if (work !== undefined) await work(await import('./unitflow.js'), specs)
    return new Response('{}')
  },
}
