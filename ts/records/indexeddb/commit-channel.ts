import { inNextTurn } from '../work-guard.js'

/** Between two messages (ms): each wakes other processes of the browser, which costs as much as a tenth of a short transaction. */
const PAUSE = 16

/**
 * Tells other tabs and workers of commits, and hears of theirs, by a BroadcastChannel; where there is none (or it is
 * refused), nobody hears of anything.
 *
 * Nobody misses a commit who has begun to watch before reading: a commit is told after it is complete, so what a read has
 * not seen is told after that read, and then somebody is listening.
 */
export class CommitChannel {
  readonly #name: string
  #channel: BroadcastChannel | undefined
  #isOpen = true
  readonly #untold = new Set<string>()
  #toldAt = -Infinity
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(database: string) {
    this.#name = `unitflow-records:${database}`
  }

  /** At once, or where the last time was a moment ago, together with what comes in the next moment. */
  tell(collections: Iterable<string>): void {
    for (const collection of collections) this.#untold.add(collection)
    if (performance.now() - this.#toldAt >= PAUSE || areTimersSlow()) this.#tellAll()
    else this.#timer ??= setTimeout(() => this.#tellAll(), PAUSE)
  }

  watch(notify: (collections?: readonly string[]) => void): () => void {
    const channel = this.#join()
    if (channel === undefined) return () => undefined
    let heard: Set<string> | 'anything' | undefined
    const pass = (): void => {
      const told = heard
      heard = undefined
      if (told !== undefined) notify(told === 'anything' ? undefined : [...told])
    }
    const hear = ({ data }: MessageEvent<unknown>): void => {
      // One call for all that have come in while the thread was busy with something else.
      if (heard === undefined) inNextTurn(pass)
      heard = isCollections(data) && heard !== 'anything' ? new Set([...(heard ?? []), ...data]) : 'anything'
    }
    channel.addEventListener('message', hear)
    return () => {
      channel.removeEventListener('message', hear)
      heard = undefined
    }
  }

  close(): void {
    this.#tellAll()
    this.#isOpen = false
    this.#channel?.close()
    this.#channel = undefined
  }

  #tellAll(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#untold.size === 0) return
    this.#join()?.postMessage([...this.#untold])
    this.#untold.clear()
    this.#toldAt = performance.now()
  }

  #join(): BroadcastChannel | undefined {
    if (this.#channel !== undefined || !this.#isOpen || typeof BroadcastChannel === 'undefined') {
      return this.#channel
    }
    try {
      const channel: BroadcastChannel & { unref?: () => void } = new BroadcastChannel(this.#name)
      // In Node it would keep the process alive.
      channel.unref?.()
      this.#channel = channel
    } catch {
      // Refused, as where site data is blocked: then IndexedDB is too, and says so.
      this.#isOpen = false
    }
    return this.#channel
  }
}

/** In a hidden tab a timer takes a second, and later a minute. */
function areTimersSlow(): boolean {
  return typeof document !== 'undefined' && document.visibilityState === 'hidden'
}

function isCollections(data: unknown): data is readonly string[] {
  return Array.isArray(data) && data.every((name) => typeof name === 'string')
}
