import { link, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where reports go out, a file for each: whoever delivers twice under one key has delivered once. */
export class Outbox {
  #folder

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder
  }

  /**
   * @param {string} key
   * @param {string} report
   * @returns {Promise<{ file: string, isNew: boolean }>} `isNew`: it was not there already
   */
  async deliver(key, report) {
    await mkdir(this.#folder, { recursive: true })
    const file = join(this.#folder, `${encodeURIComponent(key)}.html`)
    // Who is killed while writing leaves it behind, and the next one writes over it.
    const written = `${file}.part`
    await writeFile(written, report, { flush: true })
    try {
      // All of it or nothing, and never over what is there.
      await link(written, file)
      return { file, isNew: true }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      return { file, isNew: false }
    } finally {
      await rm(written)
    }
  }
}
