import type { Clock } from '../../clock/index.js'
import type { RecordStore, RecordTransaction, Value } from '../../records/index.js'
import type { CacheLimit, ResultCache } from '../cache/index.js'
import { RecordCache } from '../cache/index.js'
import type { HeldValue, LargeValues } from '../values/index.js'
import { digestOfMark, markOf } from '../values/index.js'
import type { NamedMedium } from './named-state.js'
import type { LastResult, StateView, StepPost } from './state-medium.js'
import { isImmutable, noSuchState } from './state-errors.js'
import { StateRecords } from './state-records.js'

/** What a medium over records is made of. */
export interface RecordMediumOptions extends CacheLimit {
  readonly records: RecordStore
  readonly name: string
  readonly clock?: Clock
  readonly large?: LargeValues
}

/** So many posts, or so many characters of values, are one commit. */
const MAX_POSTS = 500
const MAX_SIZE = 8_000_000

interface WaitingPost {
  readonly workflow: string
  readonly post: StepPost
  readonly resolve: (isKept: boolean) => void
  readonly reject: (error: unknown) => void
}

/** What is known of the state as of some count of its writes: as long as that is the count, nobody else has written. */
interface KnownState {
  writes: number
  readonly marks: Map<string, string>
  readonly lasts: Map<string, Map<string, LastResult>>
}

/**
 * State in records, for runs. Posts wait until nobody has more to post for a while, and share one commit: who goes on meanwhile
 * computes from what is not durable yet, and loses no more than what was computed since.
 */
export class RecordMedium implements NamedMedium {
  readonly isMutable: boolean
  readonly cache: ResultCache
  readonly #store: RecordStore
  readonly #records: StateRecords
  readonly #large: LargeValues | undefined
  readonly #waiting: WaitingPost[] = []
  readonly #reading = { readonly: true, by: this }
  readonly #writing = { by: this }
  #isCommitting = false
  #isWanted = false
  #known: KnownState | undefined

  constructor(isMutable: boolean, options: RecordMediumOptions) {
    const { records, name, large } = options
    this.isMutable = isMutable
    this.#store = records
    this.#large = large
    this.#records = new StateRecords(name, large)
    this.cache = new RecordCache(options)
  }

  async get(name: string): Promise<HeldValue | undefined> {
    const found = await this.#read(async (transaction) => {
      const mark = await this.#mark(transaction, name)
      if (mark === undefined) return undefined
      return { mark, stored: await this.#records.stored(transaction, name, mark) }
    })
    return found && this.#records.held(found.mark, found.stored)
  }

  async has(name: string): Promise<boolean> {
    return (await this.#read((transaction) => this.#mark(transaction, name))) !== undefined
  }

  async names(): Promise<readonly string[]> {
    return [...(await this.#read((transaction) => this.#marks(transaction))).keys()]
  }

  /** All values, in the order of their names. */
  async all(): Promise<readonly (readonly [string, HeldValue])[]> {
    const found = await this.#read(async (transaction) => {
      const all: { name: string; mark: string; stored: Value | undefined }[] = []
      for (const [name, mark] of await this.#marks(transaction)) {
        all.push({ name, mark, stored: await this.#records.stored(transaction, name, mark) })
      }
      return all
    })
    const values: (readonly [string, HeldValue])[] = []
    for (const { name, mark, stored } of found) values.push([name, await this.#records.held(mark, stored)])
    return values
  }

  /** @throws (by rejecting) `state-is-immutable`, `value-too-large`, what the store throws */
  async setAll(values: readonly (readonly [string, HeldValue])[]): Promise<void> {
    for (const [name, held] of values) this.#records.assertFits(name, held)
    await this.#large?.put(values.map(([, held]) => held))
    const writes = await this.#store.transact(async (transaction) => {
      for (const [name, held] of values) {
        if (!this.isMutable && (await this.#records.mark(transaction, name)) !== undefined) {
          throw isImmutable(name)
        }
        this.#records.set(transaction, name, held)
      }
      return this.#records.countWrite(transaction)
    })
    this.#learn(writes, new Map(values.map(([name, held]) => [name, markOf(held)])))
  }

  /** @throws (by rejecting) `no-such-state`, what the store throws */
  async delete(name: string): Promise<void> {
    const writes = await this.#store.transact(async (transaction) => {
      if ((await this.#records.mark(transaction, name)) === undefined) throw noSuchState(name)
      this.#records.delete(transaction, name)
      return this.#records.countWrite(transaction)
    })
    this.#learn(writes, new Map([[name, undefined]]))
  }

  onChange(listener: () => void): () => void {
    return this.#store.onCommit(({ collections }) => {
      if (collections === undefined || collections.includes('step_marks')) listener()
    })
  }

  async look(workflow: string): Promise<StateView> {
    const known = await this.#read(async (transaction) => {
      const writes = await this.#records.writes(transaction)
      const before = this.#known?.writes === writes ? this.#known : undefined
      const lasts = before?.lasts ?? new Map<string, Map<string, LastResult>>()
      if (!lasts.has(workflow)) lasts.set(workflow, await this.#records.lasts(transaction, workflow))
      return before ?? { writes, marks: await this.#records.marks(transaction), lasts }
    })
    this.#known = known
    const lasts = known.lasts.get(workflow)
    return {
      digest: (name) => {
        const mark = known.marks.get(name)
        return mark === undefined ? undefined : digestOfMark(mark)
      },
      last: (step) => lasts?.get(step),
    }
  }

  async values(
    names: readonly string[],
    digests: readonly string[],
  ): Promise<readonly HeldValue[] | undefined> {
    const found = await this.#read(async (transaction) => {
      const all: { mark: string; stored: Value | undefined }[] = []
      for (const [at, name] of names.entries()) {
        const mark = await this.#records.mark(transaction, name)
        if (mark === undefined || digestOfMark(mark) !== digests[at]) return undefined
        all.push({ mark, stored: await this.#records.stored(transaction, name, mark) })
      }
      return all
    })
    if (found === undefined) return undefined
    const values: HeldValue[] = []
    for (const { mark, stored } of found) values.push(await this.#records.held(mark, stored))
    return values
  }

  assertFits(name: string, held: HeldValue): void {
    this.#records.assertFits(name, held)
  }

  post(workflow: string, post: StepPost): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ workflow, post, resolve, reject })
    })
  }

  commit(): void {
    this.#isWanted = true
    if (!this.#isCommitting) void this.#commitAll()
  }

  async report(workflow: string, report: string): Promise<void> {
    await this.#store.transact((transaction) => this.#records.setReport(transaction, workflow, report))
  }

  lastReport(workflow: string): Promise<string | undefined> {
    return this.#read((transaction) => this.#records.report(transaction, workflow))
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true
    while (this.#isWanted && this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      try {
        const kept = await this.#commit(batch)
        for (const [at, { resolve }] of batch.entries()) resolve(kept[at] ?? false)
      } catch (error) {
        this.#known = undefined
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isCommitting = false
    this.#isWanted = false
  }

  #nextBatch(): readonly WaitingPost[] {
    let size = 0
    let count = 0
    while (count < this.#waiting.length && count < MAX_POSTS && size < MAX_SIZE) {
      for (const held of this.#waiting[count]?.post.outputs ?? []) size += held.size
      count++
    }
    if (count === this.#waiting.length) this.#isWanted = false
    return this.#waiting.splice(0, count)
  }

  /** @returns of each whether it is kept */
  async #commit(batch: readonly WaitingPost[]): Promise<readonly boolean[]> {
    await this.#large?.put(batch.flatMap(({ post }) => post.outputs))
    const { writes, marks, kept } = await this.#store.transact(async (transaction) => {
      const count = await this.#records.countWrite(transaction)
      const posting = new Posting(this.#records, transaction, this.isMutable, this.#knownAt(count - 1))
      const done: boolean[] = []
      for (const { workflow, post } of batch) done.push(await posting.add(workflow, post))
      for (const [cache, entries] of posting.results) {
        if (isOver(cache, this.#store)) await cache.write(transaction, entries)
      }
      return { writes: count, marks: posting.marks, kept: done }
    }, this.#writing)
    this.#records.claimed()
    const known = this.#learn(writes, marks)
    for (const [at, { workflow, post }] of batch.entries()) {
      if (kept[at] === true && post.keep) known?.lasts.get(workflow)?.set(post.step, post.last)
    }
    await this.#keepResults(batch, kept)
    return kept
  }

  /** In caches that are elsewhere; and the one that is here may be full now. */
  async #keepResults(batch: readonly WaitingPost[], kept: readonly boolean[]): Promise<void> {
    for (const [at, { post }] of batch.entries()) {
      const { cache, step, outputs, last } = post
      if (cache === undefined || kept[at] !== true) continue
      if (isOver(cache, this.#store)) await cache.pruneIfFull()
      else await cache.set(last, { step, outputs, at: last.at })
    }
  }

  /** What nobody else has written since is still so, but for this. @returns what is known, where that is so */
  #learn(writes: number, marks: ReadonlyMap<string, string | undefined>): KnownState | undefined {
    const known = this.#knownAt(writes - 1)
    if (known === undefined) return undefined
    known.writes = writes
    for (const [name, mark] of marks) {
      if (mark === undefined) known.marks.delete(name)
      else known.marks.set(name, mark)
    }
    return known
  }

  #knownAt(writes: number): KnownState | undefined {
    return this.#known?.writes === writes ? this.#known : undefined
  }

  #mark(transaction: RecordTransaction, name: string): Promise<string | undefined> {
    return this.#records.mark(transaction, name)
  }

  #marks(transaction: RecordTransaction): Promise<Map<string, string>> {
    return this.#records.marks(transaction)
  }

  #read<T>(work: (transaction: RecordTransaction) => Promise<T>): Promise<T> {
    return this.#store.transact(work, this.#reading)
  }
}

type Entry = Parameters<RecordCache['write']>[1][number]

/** Posts of one commit, one after the other. */
class Posting {
  /** What they have set. */
  readonly marks = new Map<string, string>()
  readonly results = new Map<ResultCache, Entry[]>()
  readonly #records: StateRecords
  readonly #transaction: RecordTransaction
  readonly #isMutable: boolean
  readonly #known: KnownState | undefined

  constructor(
    records: StateRecords,
    transaction: RecordTransaction,
    isMutable: boolean,
    known: KnownState | undefined,
  ) {
    this.#records = records
    this.#transaction = transaction
    this.#isMutable = isMutable
    this.#known = known
  }

  /** @returns whether it is kept */
  async add(workflow: string, post: StepPost): Promise<boolean> {
    const { step, inputNames, outputNames, outputs, last, keep, cache } = post
    for (const [at, name] of inputNames.entries()) {
      if ((await this.#digest(name)) !== last.inputs[at]) return false
    }
    const changed: (readonly [string, HeldValue])[] = []
    for (const [at, name] of outputNames.entries()) {
      const held = outputs[at]
      const there = await this.#digest(name)
      if (held === undefined || there === held.digest) continue
      if (!this.#isMutable && there !== undefined) return false
      changed.push([name, held])
    }
    for (const [name, held] of changed) {
      this.#records.set(this.#transaction, name, held)
      this.marks.set(name, markOf(held))
    }
    if (keep) this.#records.setLast(this.#transaction, workflow, step, last)
    if (cache !== undefined) {
      const entries = this.results.get(cache) ?? []
      entries.push({ key: last, result: { step, outputs, at: last.at } })
      this.results.set(cache, entries)
    }
    return true
  }

  async #digest(name: string): Promise<string | undefined> {
    const mark =
      this.marks.get(name) ??
      (this.#known === undefined
        ? await this.#records.mark(this.#transaction, name)
        : this.#known.marks.get(name))
    return mark === undefined ? undefined : digestOfMark(mark)
  }
}

/** Whether results are kept in the same transaction. */
function isOver(cache: ResultCache, records: RecordStore): cache is RecordCache {
  return cache instanceof RecordCache && cache.records === records
}
