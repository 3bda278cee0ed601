import { DatabaseSync } from 'node:sqlite'

/** The world outside, where money is taken and slips are printed: whoever asks twice with one key is answered once. */
export class Ledger {
  #database

  /** @param {string} path */
  constructor(path) {
    this.#database = new DatabaseSync(path)
    this.#database.exec(`
      PRAGMA busy_timeout = 10000;
      CREATE TABLE IF NOT EXISTS entries (
        key TEXT PRIMARY KEY, process TEXT NOT NULL, what TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 1
      )
    `)
  }

  /**
   * Enters what an activity does, unless it is there already under its key.
   *
   * @param {{ readonly processId: string, readonly idempotencyKey: string }} activity
   * @param {string} what
   * @returns {boolean} whether it is new
   */
  enter({ processId, idempotencyKey }, what) {
    const sql = `INSERT INTO entries (key, process, what) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET asked = asked + 1 RETURNING asked`
    return this.#database.prepare(sql).get(idempotencyKey, processId, what)?.asked === 1
  }

  /**
   * What was entered for a process, and how often it was asked for.
   *
   * @param {string} process
   */
  entriesOf(process) {
    const sql = 'SELECT what, asked FROM entries WHERE process = ? ORDER BY rowid'
    return this.#database.prepare(sql).all(process)
  }

  close() {
    this.#database.close()
  }
}
