import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { columnsOf } from './io.js'
import type { Output } from './io.js'

/** The standard input line by line: typed by a person who is asked, or out of a pipe. Nothing is read before it is wanted. */
export class StdinLines {
  readonly #input: NodeJS.ReadStream
  readonly #output: Output
  /** Of a pipe: what has come and was not wanted yet. */
  readonly #lines: string[] = []
  #pipe: Interface | undefined
  #hasEnded = false
  #wake: () => void = () => undefined

  /** @param output where a person is asked */
  constructor(input: NodeJS.ReadStream, output: Output) {
    this.#input = input
    this.#output = output
  }

  /** The next line; nothing after the last one. @throws (by rejecting) the signal's reason */
  async next(question: string, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted()
    return this.#input.isTTY ? this.#asked(question, signal) : this.#piped(signal)
  }

  /** Lets go of the input: one that stays open would keep the program. */
  close(): void {
    if (this.#pipe === undefined) return
    this.#pipe.close()
    this.#input.destroy()
  }

  #asked(question: string, signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const reader = createInterface({
        input: this.#input,
        output: streamOf(this.#output),
        terminal: true,
        historySize: 0,
      })
      const stop = (): void => {
        reject(signal.reason as Error)
        reader.close()
      }
      signal.addEventListener('abort', stop)
      // While lines are edited the terminal makes no signal of ^C.
      reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      reader.on('close', () => {
        signal.removeEventListener('abort', stop)
        // What is typed next, or said, begins a line of its own.
        resolve(undefined)
      })
      reader.question(question, (line) => {
        resolve(line)
        reader.close()
      })
    })
  }

  async #piped(signal: AbortSignal): Promise<string | undefined> {
    this.#pipe ??= this.#opened()
    const wake = (): void => this.#wake()
    signal.addEventListener('abort', wake)
    try {
      while (this.#lines.length === 0 && !this.#hasEnded && !signal.aborted) {
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
      signal.throwIfAborted()
      return this.#lines.shift()
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  #opened(): Interface {
    const reader = createInterface({ input: this.#input, crlfDelay: Infinity })
    reader.on('line', (line) => {
      this.#lines.push(line)
      this.#wake()
    })
    const end = (): void => {
      this.#hasEnded = true
      this.#wake()
    }
    reader.on('close', end)
    // A pipe that breaks says no more.
    this.#input.on('error', end)
    return reader
  }
}

/** What is written to the program's own streams may be handed elsewhere meanwhile. */
function streamOf(output: Output): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write: (text, _, done) => {
      output.write(String(text))
      done()
    },
  })
  // Where a line is longer than this, its editing goes on in the next one.
  return Object.assign(stream, { columns: columnsOf(output) })
}
