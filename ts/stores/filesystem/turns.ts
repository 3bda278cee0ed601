/** Lets work on one thing be done in turns, within this process. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does the work when everything asked for earlier under this name has settled. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const turn = before.then(work)
    // The next one waits for the end of this one, however it ends.
    const end = turn.catch(() => undefined)
    this.#last.set(name, end)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === end) this.#last.delete(name)
    }
  }
}

const turnsOf = new WeakMap<object, Turns>()

/** The turns that all stores over one file system share, so that two stores on one root take turns too. */
export function sharedTurns(filesystem: object): Turns {
  const turns = turnsOf.get(filesystem) ?? new Turns()
  turnsOf.set(filesystem, turns)
  return turns
}
