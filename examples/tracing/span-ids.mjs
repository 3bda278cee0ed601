import { createHash, randomBytes } from 'node:crypto'

/**
 * Draws the ids of spans, but for those of processes: theirs follow from what they are of, so that programs that share a
 * process, and know nothing of each other, write spans of one trace. It is the provider's `idGenerator`.
 */
export class SpanIds {
  /** @type {{ readonly traceId: string, readonly spanId: string } | undefined} */
  #given

  generateTraceId() {
    return this.#given?.traceId ?? randomBytes(16).toString('hex')
  }

  generateSpanId() {
    return this.#given?.spanId ?? randomBytes(8).toString('hex')
  }

  /**
   * Has the span that is begun by `work` have these ids.
   *
   * @template T
   * @param {{ readonly traceId: string, readonly spanId: string }} ids
   * @param {() => T} work
   */
  giving(ids, work) {
    this.#given = ids
    try {
      return work()
    } finally {
      this.#given = undefined
    }
  }
}

/** @param {string} root the process that has no parent */
export function traceIdOf(root) {
  return digest([root]).slice(0, 32)
}

/**
 * @param {string} process
 * @param {number} [seq] the event that an activity or a decision begins with
 */
export function spanIdOf(process, seq = 0) {
  return digest([process, seq]).slice(0, 16)
}

/** @param {readonly unknown[]} parts */
function digest(parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
