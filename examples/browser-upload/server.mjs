// Takes files in parts, on this machine alone, and serves the page that sends them, once it is built.
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { UploadFolder } from './upload-folder.mjs'

const MiB = 1024 * 1024
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/**
 * @typedef {object} Received a part that was kept
 * @property {string} upload
 * @property {number} part
 * @property {string} key
 *
 * @typedef {object} Options
 * @property {string} folder holds what is uploaded
 * @property {string} page the folder of the page
 * @property {number} [port] any, where it is missing
 * @property {number} [limit] bytes that a file may have (default 1 GiB)
 * @property {() => Promise<unknown> | void} [before] what is waited for before a part is kept
 * @property {(received: Received) => void} [onReceived]
 *
 * @param {Options} options
 */
export async function startUploadServer(options) {
  const { port = 0 } = options
  const uploads = new UploadFolder(options.folder)
  const server = createServer((request, response) => {
    answer(request, uploads, options).then(
      ({ status = 200, type = 'application/json', body }) => {
        response.writeHead(status, { 'content-type': type }).end(body)
      },
      (error) => {
        if (!(error instanceof Refusal)) console.error(error)
        const status = error instanceof Refusal ? error.status : 500
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: error.message }))
      },
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const opened = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${opened}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {UploadFolder} uploads
 * @param {Options} options
 * @returns {Promise<{ status?: number, type?: string, body: string | Uint8Array }>}
 */
async function answer(request, uploads, options) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server')
  const [, id, part] = /^\/uploads\/([\w-]{1,64})(?:\/parts\/(\d{1,6}))?$/.exec(pathname) ?? []
  if (id === undefined) return pageFile(options.page, pathname)
  if (part !== undefined) return takePart(request, uploads, options, { upload: id, part: Number(part) })
  switch (request.method) {
    case 'PUT': {
      const { name, size } = JSON.parse((await bodyOf(request, MiB)).toString())
      const { limit = 1024 * MiB } = options
      if (size > limit) throw new Refusal(413, `${name} is too large: ${limit / MiB} MiB are the most`)
      return told(await uploads.begin(id))
    }
    case 'POST': {
      const { hashes } = JSON.parse((await bodyOf(request, 8 * MiB)).toString())
      const missing = await uploads.finish(id, hashes)
      if (missing !== undefined) throw new Refusal(409, `part ${missing + 1} is not there`)
      return told({})
    }
    case 'GET': {
      const partSize = Number(searchParams.get('part-size'))
      if (!(partSize >= 1)) throw new Refusal(400, 'part-size is a number of bytes')
      return told(await uploads.check(id, partSize))
    }
    case 'DELETE':
      await uploads.remove(id)
      return told({})
    default:
      throw new Refusal(405, 'PUT, POST, GET or DELETE')
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {UploadFolder} uploads
 * @param {Options} options
 * @param {{ upload: string, part: number }} of
 */
async function takePart(request, uploads, { before, onReceived }, { upload, part }) {
  const bytes = await bodyOf(request, 64 * MiB)
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (hash !== request.headers['x-sha256']) throw new Refusal(422, `part ${part + 1} was altered on its way`)
  await before?.()
  const isNew = await uploads.addPart(upload, part, hash, bytes)
  if (isNew) onReceived?.({ upload, part, key: String(request.headers['idempotency-key']) })
  return told({ isNew })
}

/** @param {object} value */
function told(value) {
  return { body: JSON.stringify(value) }
}

/**
 * @param {string} folder
 * @param {string} pathname
 */
async function pageFile(folder, pathname) {
  const path = pathname === '/' ? '/index.html' : pathname
  try {
    return {
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      body: await readFile(join(folder, path)),
    }
  } catch {
    throw new Refusal(404, `there is no ${pathname}`)
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {number} limit bytes
 */
async function bodyOf(request, limit) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > limit) throw new Refusal(413, `that is more than ${limit / MiB} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      folder: { type: 'string', default: '.uploads' },
      slow: { type: 'string', default: '200' },
    },
  })
  const { url } = await startUploadServer({
    port: Number(values.port),
    folder: values.folder,
    page: fileURLToPath(new URL('dist', import.meta.url)),
    // So that there is something to see, and time to close a tab.
    before: () => sleep(Number(values.slow)),
    onReceived: ({ part, key }) => console.log(`part ${part + 1}, under the key ${key}`),
  })
  console.log(`${url} takes files; Ctrl-C stops it`)
}
