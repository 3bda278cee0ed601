/** Which units a run has read since this program was started, and how much of the whole workflow that is. */
export class UnitsRead {
  /** Of each process. @type {ReadonlyMap<string, number>} */
  #bytes
  #units
  #unitsRead = 0
  /** Processes, those that are embedded in others included. */
  #read = new Set()

  /** @param {import('unitflow').CacheReport} report */
  constructor({ processes }) {
    this.#bytes = new Map(processes.map(({ id, bytes }) => [id, bytes]))
    this.#units = processes.filter(({ storedWith }) => storedWith === undefined).length
  }

  /** @param {import('unitflow/deciders/units').UnitRead} unit */
  add({ processId, included, bytes }) {
    for (const id of included) this.#read.add(id)
    this.#unitsRead++
    console.log(`read     ${processId}, ${thousands(bytes)} bytes`)
  }

  tell() {
    let [read, whole] = [0, 0]
    for (const [id, bytes] of this.#bytes) {
      whole += bytes
      if (this.#read.has(id)) read += bytes
    }
    const share = `${thousands(read)} of ${thousands(whole)} bytes, ${Math.round((100 * read) / whole)} %`
    console.log(`units    ${this.#unitsRead} of ${this.#units}; ${share}`)
  }
}

const thousands = (/** @type {number} */ bytes) => bytes.toLocaleString('en')
