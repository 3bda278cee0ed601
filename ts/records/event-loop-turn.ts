// As they are when this is loaded, so that timers that a test has made stand still keep nobody waiting.
const host: {
  readonly setImmediate?: (callback: () => void) => unknown
  readonly setTimeout: (callback: () => void) => unknown
} = globalThis
const { setImmediate: immediate, setTimeout: timeout } = host
/** There messages are delivered among the microtasks. */
const isWorkerd = typeof navigator !== 'undefined' && navigator.userAgent === 'Cloudflare-Workers'
const waiting: (() => void)[] = []
let port: MessagePort | undefined

/** Calls back in a macrotask of its own: at once where the host can, since timers are slowed down in hidden tabs. */
export function inNextTurn(callback: () => void): void {
  if (immediate !== undefined) {
    immediate(callback)
    return
  }
  if (typeof MessageChannel === 'undefined' || isWorkerd) {
    timeout(callback)
    return
  }
  if (port === undefined) {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => waiting.shift()?.()
    port = channel.port2
  }
  waiting.push(callback)
  port.postMessage(undefined)
}

/** Microtasks in which most of what is asked for turns out not to be needed. */
const MICROTASKS = 8

/** Something that is to happen in the next turn, however often it is asked for in this one, if it is needed then. */
export class OncePerTurn {
  readonly #callback: () => void
  readonly #isNeeded: () => boolean
  #asked = false

  constructor(callback: () => void, isNeeded: () => boolean) {
    this.#callback = callback
    this.#isNeeded = isNeeded
  }

  ask(): void {
    if (this.#asked) return
    // A timer of workerd ends with the request that has set it, so there nobody relies on another's.
    this.#asked = !isWorkerd
    // Elsewhere a turn costs a good part of a short transaction.
    if (immediate === undefined) this.#askLater(MICROTASKS)
    else inNextTurn(this.#happen)
  }

  #askLater(left: number): void {
    if (!this.#isNeeded()) this.#asked = false
    else if (left === 0) inNextTurn(this.#happen)
    else queueMicrotask(() => this.#askLater(left - 1))
  }

  readonly #happen = (): void => {
    this.#asked = false
    this.#callback()
  }
}
