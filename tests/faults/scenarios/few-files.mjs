// A process that may have only few files open caches a thousand objects, and reads (U29-U31): it works, or says EMFILE.
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'

/** What Node itself needs, and a few more. */
const FILES = [48, 64, 100]

export const fewFiles = {
  name: 'few-files',
  share: 2,
  cannotRun: () =>
    process.platform === 'win32' ? 'needs a shell that limits how many files are open' : undefined,
  async round({ folder, random, count, timeLeft, round }) {
    const processes = round % 2 === 0 ? 1000 : random.between(20, 200)
    let rounds = 0
    const hear = ({ type, objects }) => {
      if (type === 'read') count('reads')
      if (type === 'read-refused') count('reads refused')
      if (type === 'taken') count('times without files')
      if (type === 'refused') count('cachings refused')
      if (type !== 'cached') return
      count('cachings')
      count('objects cached', objects)
      rounds++
    }
    const options = { root: folder, seed: random.below(1e9), processes }
    const files = random.pick(FILES)
    const caching = startActor('few-files', options, hear, { files })
    await caching.ready
    const ended = caching.ended.then(() => (rounds = Infinity))
    // Each caching is followed by one that must work.
    while (rounds < 2 || (timeLeft() > 0 && rounds < 20)) await Promise.race([pause(20), ended])
    const { failure } = await caching.stop()
    if (failure !== undefined) throw new Error(`with ${files} files: ${failure}`)
  },
}
