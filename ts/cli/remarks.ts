import { printable } from './printable.js'
import type { Session } from './session.js'

/** Remarks for people that are made at any time: on stderr, or above what is drawn meanwhile. */
export class Remarks {
  readonly #session: Session
  #print: ((text: string) => void) | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** @param text need not be printable */
  make(text: string): void {
    const safe = printable(text)
    if (this.#print === undefined) this.#session.note(safe)
    else this.#print(`${this.#session.colors.dim(safe)}\n`)
  }

  /** @returns ends it */
  divert(print: (text: string) => void): () => void {
    this.#print = print
    return () => (this.#print = undefined)
  }
}
