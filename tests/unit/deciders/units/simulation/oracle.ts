import type { Block, Guarded, Part, Step, Turns } from './blocks.js'
import { itemsOf, loopNames, takesItem } from './blocks.js'

type Data = Readonly<Record<string, unknown>>

/** What a step sets: how much there is already, or, where it may come again, always the same. */
export function valueOf({ id, isPlain }: Pick<Step, 'id' | 'isPlain'>, data: Data): string {
  return isPlain ? id : `${id} of ${Object.keys(data).filter((name) => name.startsWith('v_')).length}`
}

/** What a turn gives of its item. */
export function resultFor(loop: string, data: Data): Data {
  const { item, result } = loopNames(loop)
  return { [result]: `${String(data[item])}!` }
}

/** What a block comes to, without tokens, histories and engines: each block by itself, the blocks in it first. */
export class Oracle {
  /** How often each element is completed: `process/element`, `process/element*` for turns. */
  readonly completed: Map<string, number> = new Map<string, number>()

  run(top: Part, data: Data): Data | undefined {
    return this.#inside(top, data)
  }

  #tell(process: string, element: string): void {
    const key = `${process}/${element}`
    this.completed.set(key, (this.completed.get(key) ?? 0) + 1)
  }

  /** A process from its start to its ends. @returns nothing where it does not come to its end by itself */
  #inside({ process, body, isTerminated, resultOf }: Part, data: Data): Data | undefined {
    const ends: Data[] = []
    this.#tell(process, `${process}_start`)
    if (isTerminated) this.#tell(process, `${process}_fork`)
    const last = this.#block(body, data, process, ends)
    if (last === undefined) return undefined
    if (resultOf !== undefined) this.#tell(process, `${process}_result`)
    this.#tell(process, `${process}_end`)
    const result = resultOf === undefined ? {} : resultFor(resultOf, last)
    return Object.assign({}, ...(isTerminated ? [] : ends), last, result) as Data
  }

  #block(block: Block, data: Data, process: string, ends: Data[]): Data | undefined {
    switch (block.type) {
      case 'step':
        return this.#step(block, data, process)
      case 'sequence':
        return block.blocks.reduce<Data | undefined>(
          (before, one) => (before === undefined ? undefined : this.#block(one, before, process, ends)),
          data,
        )
      case 'branches': {
        this.#tell(process, `${block.id}_split`)
        const made = block.taken.map((at) => this.#block(block.branches[at]!, data, process, ends))
        if (made.includes(undefined)) return undefined
        this.#tell(process, `${block.id}_join`)
        return Object.assign({}, ...made) as Data
      }
      case 'back': {
        this.#tell(process, `${block.id}_init`)
        let now = data
        for (let time = 0; time < block.times; time++) {
          this.#tell(process, `${block.id}_merge`)
          const made = this.#block(block.body, now, process, ends)
          if (made === undefined) return undefined
          now = made
          for (const one of ['count', 'again']) this.#tell(process, `${block.id}_${one}`)
        }
        return now
      }
      case 'part':
        return this.#part(block, data, process, block.id)
      case 'turns':
        return this.#turns(block, data, process)
      case 'guarded':
        return this.#guarded(block, data, process, ends)
      case 'first-event': {
        const event = block.events[block.comes]!
        this.#tell(process, block.id)
        this.#tell(process, event.id)
        const after = event.kind === 'message' ? { ...data, [`v_${event.id}`]: event.id } : data
        const made = this.#block(event.then, after, process, ends)
        if (made !== undefined) this.#tell(process, `${block.id}_merge`)
        return made
      }
    }
  }

  #step(step: Step, data: Data, process: string, key: string = step.id): Data | undefined {
    const { does, id, of = '' } = step
    if (does === 'stop' || does === 'failing-activity' || does === 'failing-function') return undefined
    this.#tell(process, key)
    if (does === 'error-end') return undefined
    if (does === 'plain' || does === 'throw' || does === 'timer') return data
    if (does === 'remove') return Object.fromEntries(Object.entries(data).filter(([name]) => name !== of))
    if (does === 'message' || does === 'receive') return { ...data, [`v_${id}`]: id }
    return { ...data, [`v_${id}`]: valueOf(step, data) }
  }

  #part(part: Part, data: Data, process: string, key: string): Data | undefined {
    const made = this.#inside(part, data)
    if (made === undefined) return undefined
    this.#tell(process, key)
    const { gives } = part
    return gives === undefined
      ? made
      : { ...data, ...Object.fromEntries(gives.map((name) => [name, made[name]])) }
  }

  #turns(turns: Turns, data: Data, process: string): Data | undefined {
    const { host, kind, over, count, collects, testBefore } = turns
    const { list, item, results } = loopNames(host.id)
    const once = (before: Data): Data | undefined =>
      host.type === 'part'
        ? this.#part(host, before, process, `${host.id}*`)
        : this.#step(host, before, process, `${host.id}*`)
    this.#tell(process, `${host.id}_items`)
    if (kind === 'standard') {
      let now: Data | undefined = data
      const times = testBefore ? count : Math.max(1, count)
      for (let time = 0; time < times; time++) {
        const made: Data | undefined = now === undefined ? undefined : once(now)
        now = made === undefined ? undefined : { ...now, ...made }
      }
      this.#tell(process, host.id)
      return now
    }
    const items = itemsOf(turns)
    const given = Object.fromEntries(items)
    const begun: Data = {
      ...data,
      ...(over === 'list' && { [list]: Object.values(given) }),
      ...(over === 'object' && { [list]: given }),
    }
    let now = begun
    for (const [, one] of items) {
      // Turns that are there at once see nothing of one another.
      const before = kind === 'parallel' ? begun : now
      const made = once(takesItem(turns) ? { ...before, [item]: one } : before)
      if (made === undefined) return undefined
      if (!collects) now = { ...now, ...made }
    }
    this.#tell(process, host.id)
    if (!collects) return now
    const made = items.map(([key, one]) => [key, `${one}!`] as const)
    return { ...now, [results]: over === 'object' ? Object.fromEntries(made) : made.map(([, one]) => one) }
  }

  #guarded(guarded: Guarded, data: Data, process: string, ends: Data[]): Data | undefined {
    const { id, host, comes, interrupting, branch, event } = guarded
    const inside = this.#block(host, data, process, ends)
    if (!comes) {
      if (inside !== undefined) this.#tell(process, `${id}_merge`)
      return inside
    }
    for (let time = 0; time < (event === 'cycle' ? 3 : 1); time++) {
      this.#tell(process, id)
      const carried = event === 'message' ? { ...data, [`v_${id}`]: id } : data
      const beside = this.#block(branch, carried, process, ends)
      if (beside === undefined) return undefined
      this.#tell(process, interrupting ? `${id}_merge` : `${id}_end`)
      if (interrupting) return beside
      ends.push(beside)
    }
    if (inside !== undefined) this.#tell(process, `${id}_merge`)
    return inside
  }
}
