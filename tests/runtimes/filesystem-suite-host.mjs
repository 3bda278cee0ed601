// The whole store suite on the filesystem store, in whatever runtime this is; prints what became of it as JSON.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { cacheStoreSuite } from 'unitflow/testing'
import { runSuite } from './run-suite.mjs'

const suite = {
  name: 'filesystem',
  deviations: [
    {
      reason: 'a file system holds no file beside a folder of its name',
      tests: ['U28 a key and a key below it are both kept'],
    },
  ],
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unitflow-suite-'))
    const root = join(folder, 'root')
    const store = createFilesystemStore({ root })
    // The root is made, so that reading an empty store is no error.
    await store.set('first', new Uint8Array())
    await store.delete('first')
    return {
      store,
      reopen: async () => createFilesystemStore({ root }),
      cleanup: () => rm(folder, { recursive: true, force: true }),
    }
  },
}

// What stands in the standard input is for other hosts.
process.stdin.resume()

console.log(JSON.stringify(await runSuite((test) => cacheStoreSuite({ ...suite, test }))))
