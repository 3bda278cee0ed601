// What taking a workflow apart is made of, each part alone and at its fastest: the limits that `decompose` is measured by.
import { hash } from 'node:crypto'

/**
 * @param {object} core an instance of the core
 * @param {string} text the workflow
 * @param {readonly { bytes: Uint8Array }[]} objects what it is taken apart into
 * @returns how many bytes are hashed, and work to be timed; `prepare` does not count
 */
export function coreLimits(core, text, objects) {
  const messages = hashedMessages(objects)
  const hashed = messages.reduce((bytes, message) => bytes + message.length, 0)
  const bytes = new TextEncoder().encode(text)
  const copy = new Uint8Array(bytes.length)
  return {
    hashed,
    limits: [
      { name: 'copying the text (memcpy)', work: () => copy.set(bytes) },
      {
        name: 'scanning alone: checked and minified in Wasm',
        prepare: () => {
          const pointer = core.allocate(bytes.length)
          new Uint8Array(core.memory.buffer).set(bytes, pointer >>> 0)
          return pointer
        },
        work: (pointer) => core.scan(pointer, bytes.length, bytes.length),
      },
      {
        name: 'SHA-256 by the host',
        work: () => {
          for (const message of messages) hash('sha256', message, 'hex')
        },
      },
      {
        name: 'SHA-256 in Wasm',
        prepare: () => core.allocate(hashed),
        work: (pointer) => core.hash(pointer, hashed, hashed, Math.ceil(hashed / messages.length)),
      },
      { name: 'JSON.parse alone', work: () => JSON.parse(text) },
    ],
  }
}

/** All that is hashed: each object, and each process that is stored with others a second time, by itself. */
function hashedMessages(objects) {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  return objects.flatMap(({ bytes }) => {
    const [first, ...processes] = decoder.decode(bytes).split('\n').slice(0, -1)
    const described = JSON.parse(first)
    if (described.length === 1) return [bytes]
    const alone = described.map((one, at) => encoder.encode(`${JSON.stringify([one])}\n${processes[at]}\n`))
    return [bytes, ...alone]
  })
}
