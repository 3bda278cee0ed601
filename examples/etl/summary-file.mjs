import { readFile, rename, writeFile } from 'node:fs/promises'

/** The file that the summary goes to: whole, or as it was. */
export class SummaryFile {
  #path
  #midway

  /**
   * @param {string} path
   * @param {() => void} midway called when it is written, and not in its place yet
   */
  constructor(path, midway) {
    this.#path = path
    this.#midway = midway
  }

  get path() {
    return this.#path
  }

  /** @param {string} text */
  async write(text) {
    const part = `${this.#path}.part`
    await writeFile(part, text)
    this.#midway()
    await rename(part, this.#path)
  }

  /** @returns {Promise<string | undefined>} nothing where it is not there */
  async read() {
    return readFile(this.#path, 'utf8').catch((error) => {
      if (error.code !== 'ENOENT') throw error
      return undefined
    })
  }
}
