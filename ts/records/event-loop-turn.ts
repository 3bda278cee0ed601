// As they are when this is loaded, so that timers that a test has made stand still keep nobody waiting.
const host: {
  readonly setImmediate?: (callback: () => void) => unknown
  readonly setTimeout: (callback: () => void) => unknown
} = globalThis
const { setImmediate: immediate, setTimeout: timeout } = host
const waiting: (() => void)[] = []
let port: MessagePort | undefined

/** Calls back in a macrotask of its own: at once where the host can, since timers are slowed down in hidden tabs. */
export function inNextTurn(callback: () => void): void {
  if (immediate !== undefined) {
    immediate(callback)
    return
  }
  if (typeof MessageChannel === 'undefined' || isWorkerd()) {
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

/** Something that is to happen in the next turn, however often it is asked for in this one. */
export class OncePerTurn {
  readonly #callback: () => void
  #asked = false

  constructor(callback: () => void) {
    this.#callback = callback
  }

  ask(): void {
    if (this.#asked) return
    // A timer of workerd ends with the request that has set it, so there nobody relies on another's.
    this.#asked = !isWorkerd()
    inNextTurn(() => {
      this.#asked = false
      this.#callback()
    })
  }
}

/** There messages are delivered among the microtasks. */
function isWorkerd(): boolean {
  return typeof navigator !== 'undefined' && navigator.userAgent === 'Cloudflare-Workers'
}
