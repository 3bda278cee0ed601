import { UnitflowError } from '../errors/index.js'

/** What new ids are made of. */
export interface SortableIdsOptions {
  /**
   * Milliseconds since 1970, such as those of a `Clock`.
   *
   * @default Date.now
   */
  readonly now?: () => number
  /**
   * Fills bytes at random.
   *
   * @default crypto.getRandomValues
   */
  readonly random?: (bytes: Uint8Array<ArrayBuffer>) => void
}

/** The 12 bits after the time. A new millisecond starts in the lower half, so that as many more have room. */
const COUNTER_END = 0x1000
const COUNTER_START = 0x7ff
const LAST_TIME = 2 ** 48 - 1

/**
 * Makes a source of UUIDs of version 7 (RFC 9562, its method 1): 36 characters that sort by the time at which they were
 * drawn. Those of one source sort in the order in which they were drawn, also within a millisecond and when the clock
 * goes back. (The `uuid` library keeps that order for a whole process only, and with the host's clock; these lines take
 * a clock and chance from outside.)
 *
 * @throws (drawing an id) `bad-argument` where the clock gives no time of 48 bits
 */
export function createSortableIds(options: SortableIdsOptions = {}): () => string {
  const { now = Date.now, random = pooledRandom() } = options
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  let time = -1
  let counter = 0

  return () => {
    const current = Math.floor(now())
    if (!(current >= 0 && current <= LAST_TIME)) throw badTime()
    random(bytes)
    if (current > time) {
      time = current
      counter = view.getUint16(6) & COUNTER_START
    } else if (++counter === COUNTER_END) {
      // More in one millisecond than fit: the next one is borrowed from.
      if (time === LAST_TIME) throw badTime()
      time++
      counter = 0
    }
    view.setUint32(0, Math.floor(time / 0x10000))
    view.setUint16(4, time % 0x10000)
    view.setUint16(6, 0x7000 | counter)
    view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f))
    return uuidOf(bytes)
  }
}

/** Makes a source of ids for tests: UUIDs of version 7 again, and the same ones every time, counted from 1. */
export function createCountedIds(): () => string {
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setUint16(6, 0x7000)
  view.setUint8(8, 0x80)
  let count = 0
  return () => {
    view.setUint32(12, ++count)
    return uuidOf(bytes)
  }
}

/** Many bytes at once: asking for a few costs as much as asking for many. */
function pooledRandom(): (bytes: Uint8Array<ArrayBuffer>) => void {
  const pool = new Uint8Array(4096)
  let used = pool.length
  return (bytes) => {
    if (used + bytes.length > pool.length) {
      crypto.getRandomValues(pool)
      used = 0
    }
    for (let at = 0; at < bytes.length; at++) bytes[at] = pool[used++] ?? 0
  }
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function uuidOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < 16; at++) {
    if (at === 4 || at === 6 || at === 8 || at === 10) text += '-'
    text += HEX[bytes[at] ?? 0] ?? ''
  }
  return text
}

function badTime(): UnitflowError<'bad-argument'> {
  const expected = `milliseconds from 0 to ${LAST_TIME}`
  return new UnitflowError('bad-argument', `now: expected ${expected}`, { argument: 'now', expected })
}
