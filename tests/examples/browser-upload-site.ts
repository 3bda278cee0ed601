import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { startUploadServer } from '../../examples/browser-upload/server.mjs'
import type { Received, UploadServer } from '../../examples/browser-upload/server.mjs'
import config from '../../examples/browser-upload/vite.config.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the example in an application that has installed the package. @returns the folder that was built */
export async function buildBrowserUpload(application: string): Promise<string> {
  const example = await mkdtemp(join(application, 'browser-upload-'))
  await cp(join(root, 'examples/browser-upload'), example, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|dist|\.uploads)$/.test(path),
  })
  // What `npm install` in the example would fetch, next to what the package has brought along.
  await mkdir(join(example, 'node_modules'))
  for (const name of ['preact', 'idb-keyval'])
    await symlink(join(root, 'node_modules', name), join(example, 'node_modules', name), 'junction')
  const folder = join(example, 'dist')
  await build({
    ...config,
    configFile: false,
    root: example,
    logLevel: 'silent',
    build: { ...config.build, outDir: folder },
  })
  return folder
}

/** Bytes that a file of the tests may have on the server. */
export const LIMIT: number = 8 * 1024 * 1024

/** A server of its own for one test, which holds parts back where the test wants, and can be away for a while. */
export class UploadSite {
  readonly #options: Parameters<typeof startUploadServer>[0]
  #server: UploadServer | undefined
  #held: (() => void)[] = []
  #isHolding = false
  /** How many parts may still come through while others are held back. */
  #free = 0
  /** How often a part was brought. */
  brought = 0
  /** The parts that the server has kept. */
  readonly received: Received[] = []
  url = ''

  constructor(page: string, folder: string) {
    this.#options = {
      page,
      folder,
      limit: LIMIT,
      before: () => this.#pass(),
      onReceived: (received) => void this.received.push(received),
    }
  }

  /** At the same address each time. */
  async start(): Promise<void> {
    const port = this.url === '' ? 0 : Number(new URL(this.url).port)
    this.#server = await startUploadServer({ ...this.#options, port })
    this.url = this.#server.url
  }

  async stop(): Promise<void> {
    this.release()
    await this.#server?.close()
    this.#server = undefined
  }

  /** Lets so many parts through, and holds the ones after them until they are released. */
  holdAfter(count: number): void {
    this.#isHolding = true
    this.#free = count
  }

  get held(): number {
    return this.#held.length
  }

  release(): void {
    this.#isHolding = false
    for (const pass of this.#held.splice(0)) pass()
  }

  #pass(): Promise<void> | undefined {
    this.brought++
    if (!this.#isHolding || this.#free-- > 0) return undefined
    return new Promise((resolve) => this.#held.push(resolve))
  }
}
