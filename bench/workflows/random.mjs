/** Numbers, ids and texts that look random and are the same for the same seed. */

const WORDS =
  'order invoice stock carrier customer amount ledger refund parcel supplier contract approval review customs label route quality claim ticket policy'.split(
    ' ',
  )
const VERBS = 'check book confirm prepare collect assign review close update settle release verify'.split(' ')
const SPACE = 36 ** 6

/**
 * @typedef {object} Random
 * @property {() => number} next in [0, 1)
 * @property {(count: number) => number} below an integer
 * @property {(prefix: string) => string} id one that was not given out before, as a modeler makes them
 * @property {() => string} word
 * @property {() => string} verb
 */

/** @param {number} seed @returns {Random} */
export function createRandom(seed) {
  let state = (seed * 2_654_435_761) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  /** @param {number} count */
  const below = (count) => Math.floor(next() * count)
  let ids = below(SPACE / 2)
  return {
    next,
    below,
    // A step that shares no factor with the size of the space meets each id once.
    id: (prefix) => {
      ids = (ids + 1_204_370_231) % SPACE
      return `${prefix}_0${ids.toString(36).padStart(6, '0')}`
    },
    word: () => WORDS[below(WORDS.length)] ?? '',
    verb: () => VERBS[below(VERBS.length)] ?? '',
  }
}

/** Prose that takes exactly `bytes` within a JSON string. @param {Random} random @param {number} bytes */
export function prose(random, bytes) {
  let text = ''
  while (text.length < bytes) text += `${random.verb()} the ${random.word()} ${random.word()}; `
  return text.slice(0, bytes)
}

/** Lines of Python that take exactly `bytes` within a JSON string. @param {Random} random @param {number} bytes */
export function python(random, bytes) {
  const lines = []
  let left = bytes
  while (left > 80) {
    const line = `${random.word()}_${random.below(90)} = ${random.word()} * ${random.below(1000)} + ${random.word()}`
    lines.push(line)
    // A line break is written as two characters.
    left -= line.length + 2
  }
  lines.push(left > 1 ? `# ${prose(random, left - 2)}` : '#'.repeat(left))
  return lines.join('\n')
}
