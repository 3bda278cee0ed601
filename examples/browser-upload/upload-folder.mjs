import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What was uploaded: a folder for each upload, with its parts, and the whole file in their place when it has all. */
export class UploadFolder {
  #root

  /** @param {string} root */
  constructor(root) {
    this.#root = root
  }

  /**
   * Begins an upload, or goes on with it.
   *
   * @param {string} id
   * @returns {Promise<{ isFinished: boolean, parts: string[] }>} the parts that are there: their numbers and hashes
   */
  async begin(id) {
    await mkdir(this.#of(id), { recursive: true })
    const names = await readdir(this.#of(id))
    return { isFinished: names.includes('file'), parts: names.filter((name) => PART.test(name)) }
  }

  /**
   * Keeps a part.
   *
   * @param {string} id
   * @param {number} number
   * @param {string} hash
   * @param {Uint8Array} bytes
   * @returns {Promise<boolean>} whether it is new
   */
  async addPart(id, number, hash, bytes) {
    // One that comes late, from a tab that was closed.
    if ((await this.begin(id)).isFinished) return false
    const written = join(this.#of(id), `${randomUUID()}.new`)
    await writeFile(written, bytes)
    try {
      // Of two who bring it at the same time, one has brought it.
      await link(written, join(this.#of(id), `${number}.${hash}`))
      return true
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      return false
    } finally {
      await rm(written)
    }
  }

  /**
   * Makes a file of its parts.
   *
   * @param {string} id
   * @param {readonly string[]} hashes of all parts, in order
   * @returns {Promise<number | undefined>} a part that is missing
   */
  async finish(id, hashes) {
    const { isFinished, parts } = await this.begin(id)
    if (isFinished) return undefined
    const wanted = hashes.map((hash, number) => `${number}.${hash}`)
    const missing = wanted.findIndex((name) => !parts.includes(name))
    if (missing !== -1) return missing
    const folder = this.#of(id)
    const written = join(folder, `${randomUUID()}.new`)
    try {
      await pipeline(async function* () {
        for (const name of wanted) yield* createReadStream(join(folder, name))
      }, createWriteStream(written))
      await rename(written, join(folder, 'file'))
    } finally {
      await rm(written, { force: true })
    }
    for (const name of parts) await rm(join(folder, name), { force: true })
    return undefined
  }

  /**
   * Reads a file that is finished.
   *
   * @param {string} id
   * @param {number} partSize
   * @returns {Promise<{ size: number, digest: string }>} the hash of the hashes of its parts, as they are on the disk now
   */
  async check(id, partSize) {
    const file = join(this.#of(id), 'file')
    const { size } = await stat(file)
    const digest = createHash('sha256')
    for (let start = 0; start < size; start += partSize) {
      const part = createHash('sha256')
      await pipeline(createReadStream(file, { start, end: Math.min(size, start + partSize) - 1 }), part)
      digest.update(part.digest('hex'))
    }
    return { size, digest: digest.digest('hex') }
  }

  /** @param {string} id */
  async remove(id) {
    await rm(this.#of(id), { recursive: true, force: true })
  }

  /** @param {string} id */
  #of(id) {
    return join(this.#root, id)
  }
}

const PART = /^\d+\.[\da-f]{64}$/
