import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memfs } from 'memfs'
import { UnitflowError } from '../../../ts/errors/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { createHttpStore } from '../../../ts/stores/http/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createIndexedDbStore } from '../../../ts/stores/indexeddb/index.js'
import { createLayeredStore } from '../../../ts/stores/layered/index.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { createWorkersKvStore, type WorkersKvNamespace } from '../../../ts/stores/workers-kv/index.js'
import { faultyFilesystem } from './faulty-filesystem.js'
import { testServer } from './http-server.js'

/** What a store does on its medium waits for this, each time: so a test says what comes when. */
export type Turn = (operation: string) => Promise<void>
const atOnce: Turn = async () => undefined

/** A medium that is empty, and store objects on it. */
export interface ModelMedium {
  /** Another store object on the same medium; the first one too is made by this. */
  open(): CacheStore
  /** Whether what one of them has written another one reads. */
  readonly isShared: boolean
  remove?(): Promise<void>
}

/** A kind of store that a model is compared with. */
export interface ModelStore {
  readonly kind: string
  /** Whether a key and one below it can both be there. */
  readonly nests: boolean
  readonly create: (turn?: Turn) => Promise<ModelMedium>
}

const KV_PAGE = 3

/** A namespace of which every call takes its turn. */
function namespaceOn(medium: Map<string, ArrayBuffer>, turn: Turn): WorkersKvNamespace {
  return {
    async get(key) {
      await turn('get')
      return medium.get(key)?.slice(0) ?? null
    },
    async put(key, value) {
      const bytes = new Uint8Array(value).buffer
      await turn('put')
      medium.set(key, bytes)
    },
    async delete(key) {
      await turn('delete')
      medium.delete(key)
    },
    async list({ prefix = '', cursor = '', limit = KV_PAGE }) {
      await turn('list')
      const names = [...medium.keys()].sort().filter((name) => name.startsWith(prefix) && name > cursor)
      const keys = names.slice(0, limit).map((name) => ({ name }))
      const last = keys.at(-1)?.name
      return last === undefined || keys.length === names.length
        ? { keys, list_complete: true }
        : { keys, list_complete: false, cursor: last }
    },
  }
}

function served(turn: Turn): () => CacheStore {
  const server = testServer(createMemoryStore())
  const fetch: typeof server.fetch = async (url, init) => {
    await turn(`${init.method ?? ''} request`)
    const response = await server.fetch(url, init)
    await turn('response')
    return response
  }
  return () => createHttpStore('https://edge.invalid/units', { fetch })
}

/** The root exists, so that reading an empty store is no error. */
async function withRoot(open: () => CacheStore): Promise<() => CacheStore> {
  const store = open()
  await store.set('first', new Uint8Array())
  await store.delete('first')
  await store.close()
  return open
}

/** A store object over another one that stays open. */
export function reopenable(store: CacheStore): CacheStore {
  let isClosed = false
  return {
    ...store,
    async get(key) {
      if (isClosed) throw new UnitflowError('store-closed', 'closed', { operation: 'get' })
      return store.get(key)
    },
    async close() {
      isClosed = true
    },
  }
}

let databases = 0

export const modelStores: readonly ModelStore[] = [
  {
    kind: 'memory',
    nests: true,
    create: async () => {
      const store = createMemoryStore()
      return { isShared: true, open: () => reopenable(store) }
    },
  },
  {
    kind: 'filesystem',
    nests: false,
    create: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'unitflow-model-'))
      return {
        isShared: true,
        open: await withRoot(() => createFilesystemStore({ root: join(directory, 'root') })),
        remove: () => rm(directory, { recursive: true, force: true }),
      }
    },
  },
  {
    kind: 'filesystem on memfs',
    nests: false,
    create: async (turn = atOnce) => {
      const { fs } = memfs({ '/data': {} })
      await withRoot(() => createFilesystemStore({ root: '/data/root', fs: fs.promises }))
      // A file system of its own for each store object, as processes have them: they know nothing of one another.
      const open = (): CacheStore => {
        const inTurn = faultyFilesystem(fs.promises, async ({ name }) => {
          await turn(name)
          return undefined
        })
        return createFilesystemStore({ root: '/data/root', fs: inTurn })
      }
      return { isShared: true, open }
    },
  },
  {
    kind: 'indexeddb',
    nests: true,
    create: async () => {
      const name = `model-${databases++}`
      return { isShared: true, open: () => createIndexedDbStore({ name }) }
    },
  },
  {
    kind: 'workers-kv',
    nests: true,
    create: async (turn = atOnce) => {
      const namespace = namespaceOn(new Map<string, ArrayBuffer>(), turn)
      return { isShared: true, open: () => createWorkersKvStore(namespace) }
    },
  },
  {
    kind: 'http',
    nests: true,
    create: async (turn = atOnce) => ({ isShared: true, open: served(turn) }),
  },
  {
    kind: 'layered: memory, http',
    nests: true,
    create: async (turn = atOnce) => {
      const open = served(turn)
      return { isShared: false, open: () => createLayeredStore(createMemoryStore(), open()) }
    },
  },
  {
    kind: 'layered: memory, workers-kv, memory',
    nests: true,
    create: async (turn = atOnce) => {
      const far = createMemoryStore()
      const near = namespaceOn(new Map<string, ArrayBuffer>(), turn)
      return {
        isShared: false,
        open: () => createLayeredStore(createMemoryStore(), createWorkersKvStore(near), reopenable(far)),
      }
    },
  },
]
