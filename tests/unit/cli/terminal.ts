const ESCAPE = '\u001b'
/** A control sequence, or any one character. */
const PIECE = new RegExp(`${ESCAPE}\\[(\\??)(\\d*)([A-Za-z])|[^]`, 'gu')

/** A terminal, as far as what is drawn needs one: what stands on it in the end. */
export class Terminal {
  readonly #columns: number
  readonly #lines: string[][] = [[]]
  #row = 0
  #column = 0
  #wraps = true
  /** The highest place to which the cursor was moved up, counted from the last line. */
  mostUp = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  /** The lines that stand there, without those that are empty at the end. */
  get text(): string {
    return this.#lines
      .map((line) => line.join('').trimEnd())
      .join('\n')
      .trimEnd()
  }

  readonly write = (text: string): void => {
    for (const [piece, mode, amount, command] of text.matchAll(PIECE)) {
      if (command !== undefined) this.#do(command, mode === '?', Number(amount))
      else if (piece === '\r') this.#column = 0
      else if (piece === '\n') this.#next()
      else this.#put(piece)
    }
  }

  #do(command: string, isMode: boolean, amount: number): void {
    if (isMode) {
      if (amount === 7) this.#wraps = command === 'h'
    } else if (command === 'A') {
      this.mostUp = Math.max(this.mostUp, amount)
      this.#row = Math.max(this.#row - Math.max(amount, 1), 0)
    } else if (command === 'K' || command === 'J') {
      this.#lines[this.#row]?.splice(this.#column)
      if (command === 'J') this.#lines.splice(this.#row + 1)
    }
  }

  #next(): void {
    this.#row++
    this.#column = 0
    if (this.#row === this.#lines.length) this.#lines.push([])
  }

  #put(character: string): void {
    if (this.#column === this.#columns) {
      if (this.#wraps) this.#next()
      else this.#column--
    }
    const line = this.#lines[this.#row] ?? []
    while (line.length < this.#column) line.push(' ')
    line[this.#column++] = character
  }
}
