import type {
  MediumKey,
  MediumOutcome,
  MediumRange,
  MediumReader,
  MediumRecord,
  MediumWrite,
  RecordMedium,
} from '../record-medium.js'
import { deleteIn, emptyTree, getIn, type Owner, scanIn, setIn, type Tree } from './record-tree.js'

type Work<T> = (reader: MediumReader) => Promise<MediumOutcome<T>>
type Collections = Map<string, Tree>

/** What writes runs one after the other; what only reads has the state of its beginning, and neither waits for the other. */
export class MemoryMedium implements RecordMedium {
  #collections: Collections = new Map()
  /** May change its nodes where they are: nobody who only reads has seen them. */
  #owner: Owner = {}
  /** How many only read, and may still look at nodes of the owner. */
  #readers = 0
  #writing = false
  /** Those who wait to write, in order: what lets each begin. */
  readonly #waiting = new Set<() => void>()

  transact<T>(
    work: Work<T>,
    { readonly, signal }: { readonly readonly: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<T> {
    if (readonly) return this.#read(work)
    return this.#writing ? this.#turn(signal).then(() => this.#write(work)) : this.#write(work)
  }

  async close(): Promise<void> {
    this.#collections = new Map()
  }

  // Without async and await, which cost one more promise for each transaction.
  #read<T>(work: Work<T>): Promise<T> {
    this.#readers++
    return work(new MemoryReader(this.#collections)).then(
      ({ result }) => {
        this.#readers--
        return result
      },
      (error: unknown) => {
        this.#readers--
        throw error
      },
    )
  }

  #write<T>(work: Work<T>): Promise<T> {
    this.#writing = true
    return work(new MemoryReader(this.#collections)).then(
      ({ result, writes }) => {
        if (writes.length > 0) this.#apply(writes)
        this.#endWriting()
        return result
      },
      (error: unknown) => {
        this.#endWriting()
        throw error
      },
    )
  }

  #endWriting(): void {
    this.#writing = false
    if (this.#waiting.size > 0) this.#next()
  }

  #next(): void {
    const [begin] = this.#waiting
    begin?.()
  }

  /** Resolves when it is one's turn to write. @throws the signal's reason */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const begins = await new Promise<boolean>((resolve) => {
      const begin = (): void => {
        signal?.removeEventListener('abort', giveUp)
        this.#waiting.delete(begin)
        // At once, so that nobody who comes now begins before.
        this.#writing = true
        resolve(true)
      }
      const giveUp = (): void => {
        this.#waiting.delete(begin)
        resolve(false)
      }
      this.#waiting.add(begin)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
    if (!begins) signal?.throwIfAborted()
  }

  #apply(writes: readonly MediumWrite[]): void {
    if (this.#readers > 0) {
      this.#owner = {}
      this.#collections = new Map(this.#collections)
    }
    for (const { collection, sort, text } of writes) {
      const tree = this.#collections.get(collection)
      if (text !== undefined) {
        const owner = this.#owner
        this.#collections.set(collection, setIn(tree ?? emptyTree(owner), owner, sort, text))
      } else if (tree !== undefined) {
        this.#collections.set(collection, deleteIn(tree, this.#owner, sort))
      }
    }
  }
}

class MemoryReader implements MediumReader {
  readonly #collections: Collections

  constructor(collections: Collections) {
    this.#collections = collections
  }

  get({ collection, sort }: MediumKey): string | undefined {
    const tree = this.#collections.get(collection)
    return tree === undefined ? undefined : getIn(tree, sort)
  }

  scan(range: MediumRange): readonly MediumRecord[] {
    const tree = this.#collections.get(range.collection)
    return tree === undefined ? [] : scanIn(tree, range)
  }
}
