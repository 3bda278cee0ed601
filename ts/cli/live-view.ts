import { columnsOf } from './io.js'
import type { Output } from './io.js'

/** Lines where nobody says how many are seen. */
const ROWS = 24

/** What is too long for a line is cut off there, so that lines stay lines. No cursor meanwhile. */
const BEGIN = '\u001b[?25l\u001b[?7l\r'
const END = '\u001b[?7h\u001b[?25h'
const REST_OF_LINE = '\u001b[K'
const REST_OF_SCREEN = '\u001b[J'

/** What is drawn. */
export interface Picture {
  readonly lines: readonly string[]
  /** The line that is to be seen, where there is no room for all. */
  readonly current: number
}

/** A few lines at the end of a terminal that are drawn anew in their place; what else is printed goes above them. */
export class LiveView {
  readonly #output: Output
  readonly #picture: () => Picture
  /** Lines that are drawn now. */
  #drawn = 0
  /** What was printed of a line that has not ended. */
  #partial = ''

  /** @param picture lines for the columns that there are */
  constructor(output: Output, picture: () => Picture) {
    this.#output = output
    this.#picture = picture
  }

  draw(): void {
    this.#write('', this.#seen())
  }

  /** Prints above what is drawn; of a line that has not ended, when it has. */
  print(text: string): void {
    const lines = `${this.#partial}${text}`
    const end = lines.lastIndexOf('\n') + 1
    this.#partial = lines.slice(end)
    if (end > 0) this.#write(lines.slice(0, end), this.#seen())
  }

  /** Draws all of it for the last time, and lets it stand. */
  end(): void {
    const rest = this.#partial === '' ? '' : `${this.#partial}\n`
    this.#partial = ''
    this.#write(rest, this.#picture().lines)
    this.#drawn = 0
  }

  #write(above: string, lines: readonly string[]): void {
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : ''
    const drawn = lines.map((line) => `${line}${REST_OF_LINE}\n`).join('')
    // What is printed may be wrapped: it is not drawn over.
    const printed = above === '' ? '' : `${REST_OF_SCREEN}\u001b[?7h${above}\u001b[?7l`
    this.#output.write(`${BEGIN}${up}${printed}${drawn}${REST_OF_SCREEN}${END}`)
    this.#drawn = lines.length
  }

  /** As much as there is room for, around the line that matters. */
  #seen(): readonly string[] {
    const { lines, current } = this.#picture()
    const { rows = 0 } = this.#output
    const room = Math.max((rows > 0 ? rows : ROWS) - 1, 3)
    if (lines.length <= room) return lines
    const [title = ''] = lines
    // A line each for the title, and for how many are left out.
    const size = room - 2
    const begin = Math.min(Math.max(current - Math.floor(size / 2), 1), lines.length - size)
    return [title, ...lines.slice(begin, begin + size), `and ${lines.length - 1 - size} more lines`]
  }
}

/** Columns of a line that is drawn again and again. */
export function liveWidth(output: Output): number {
  return Math.max(columnsOf(output), 24)
}
