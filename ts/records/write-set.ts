import type { MediumKey, MediumRange, MediumRecord, MediumWrite } from './record-medium.js'

interface Write {
  readonly collection: string
  readonly sort: string
  text: string | undefined
}

/** So few writes are looked through one by one, which costs less than an index. */
const FEW = 8

/** What a transaction has written so far. */
export class WriteSet {
  /** Each key once. */
  readonly #writes: Write[] = []
  /** By collection and `sort`, once they are more than a few. */
  #index: Map<string, Map<string, Write>> | undefined
  /** By collection, in order: of those that were scanned. */
  #ordered: Map<string, Write[]> | undefined

  put(key: MediumKey, text: string | undefined): void {
    const known = this.#find(key)
    if (known !== undefined) {
      known.text = text
      return
    }
    const write = { collection: key.collection, sort: key.sort, text }
    this.#writes.push(write)
    if (this.#index !== undefined) addTo(this.#index, write)
    else if (this.#writes.length > FEW) {
      this.#index = new Map()
      for (const each of this.#writes) addTo(this.#index, each)
    }
    const ordered = this.#ordered?.get(write.collection)
    ordered?.splice(placeOf(ordered, write.sort), 0, write)
  }

  /** What was written to a key, if anything was. */
  get(key: MediumKey): { readonly text: string | undefined } | undefined {
    return this.#find(key)
  }

  /** What was written in a range, in ascending order, as it is now: later writes do not change it. */
  within({ collection, from, to }: MediumRange): readonly MediumWrite[] {
    if (this.#writes.length === 0) return []
    this.#ordered ??= new Map<string, Write[]>()
    let ordered = this.#ordered.get(collection)
    if (ordered === undefined) {
      ordered = this.#writes.filter((write) => write.collection === collection)
      ordered.sort((a, b) => (a.sort < b.sort ? -1 : 1))
      this.#ordered.set(collection, ordered)
    }
    const end = to === undefined ? ordered.length : placeOf(ordered, to)
    return ordered.slice(placeOf(ordered, from), end).map((write) => ({ ...write }))
  }

  get writes(): readonly MediumWrite[] {
    return this.#writes
  }

  #find({ collection, sort }: MediumKey): Write | undefined {
    if (this.#index !== undefined) return this.#index.get(collection)?.get(sort)
    for (const write of this.#writes) {
      if (write.sort === sort && write.collection === collection) return write
    }
    return undefined
  }
}

/**
 * The first `limit` records of a range as writes have changed them.
 *
 * @param records of the medium, in the order of the range: the first of them, `limit` and one for each deletion
 * @param written in the same range, ascending
 */
export function overlaid(
  records: readonly MediumRecord[],
  written: readonly MediumWrite[],
  { limit, reverse }: MediumRange,
): readonly MediumRecord[] {
  const writes = reverse ? [...written].reverse() : written
  const seen: MediumRecord[] = []
  let [nextRecord, nextWrite] = [0, 0]
  while (seen.length < limit) {
    const record = records[nextRecord]
    const write = writes[nextWrite]
    if (write === undefined || (record !== undefined && isBefore(record.sort, write.sort, reverse))) {
      if (record === undefined) break
      seen.push(record)
      nextRecord++
      continue
    }
    if (record?.sort === write.sort) nextRecord++
    if (write.text !== undefined) seen.push({ sort: write.sort, text: write.text })
    nextWrite++
  }
  return seen
}

function isBefore(a: string, b: string, reverse: boolean): boolean {
  return reverse ? a > b : a < b
}

function addTo(index: Map<string, Map<string, Write>>, write: Write): void {
  let records = index.get(write.collection)
  if (records === undefined) index.set(write.collection, (records = new Map<string, Write>()))
  records.set(write.sort, write)
}

/** Where a key is, or would be. */
function placeOf(ordered: readonly Write[], sort: string): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ordered[middle]?.sort ?? '') < sort) low = middle + 1
    else high = middle
  }
  return low
}
