import { UnitflowError } from '../errors/index.js'
import type { Value } from '../values/index.js'
import { decodeValue, encodeValue } from '../values/index.js'
import { CallStacks } from './call-stacks.js'
import { CommitListeners } from './commit-listeners.js'
import { SharedValues } from './shared-values.js'
import { MAX_VALUE_BYTES } from './max-value-bytes.js'
import { mediumKey, recordKey, shownKey } from './record-key.js'
import type {
  MediumKey,
  MediumOutcome,
  MediumRange,
  MediumReader,
  MediumRecord,
  MediumWrite,
  RecordMedium,
} from './record-medium.js'
import { MAX_LIMIT, mediumRange } from './record-range.js'
import type {
  RecordEntry,
  RecordKey,
  RecordRange,
  RecordStore,
  RecordTransaction,
  TransactOptions,
  ValueOptions,
} from './record-store.js'
import { rejected, WorkGuard } from './work-guard.js'
import { overlaid, WriteSet } from './write-set.js'

/**
 * Makes a {@link RecordStore} of a medium: everything that all stores do alike is done here, once.
 *
 * Writes are kept until the work has settled, so a medium sees reads, then all writes at once.
 */
export function checkedRecords(medium: RecordMedium): RecordStore {
  const listeners = new CommitListeners(medium)
  const stacks = new CallStacks()
  const shared = new SharedValues()
  let underWay = 0
  let closed: Promise<void> | undefined
  let whenIdle: (() => void) | undefined

  function assertOpen(operation: string): void {
    if (closed === undefined) return
    throw new UnitflowError('store-closed', `${operation}: the store has been closed`, { operation })
  }

  // Without async and await, which cost more than all the rest of a small transaction does.
  function begin<T>(work: Work<T>, { readonly = false, signal, by }: TransactOptions): Promise<T> {
    if (typeof work !== 'function') throw badArgument('work', 'a function')
    signal?.throwIfAborted()
    assertOpen('transact')
    // Here, because the stack still shows who called.
    const calledFrom = by === undefined ? stacks.take() : UNKNOWN_CALLER
    let changed: readonly MediumWrite[] = NOTHING
    underWay++
    const runOnce = (reader: MediumReader): Promise<MediumOutcome<T>> => {
      const guard = new WorkGuard(calledFrom)
      const written = new WriteSet()
      const transaction = new CheckedTransaction(reader, guard, written, readonly, shared)
      return guard.run(work, transaction, (result) => ({ result, writes: (changed = written.writes) }))
    }
    return medium.transact(runOnce, { readonly, signal }).then(
      (result) => {
        if (changed.length > 0) listeners.tellOf(changed, by)
        end()
        return result
      },
      (error: unknown) => {
        end()
        throw error
      },
    )
  }

  function end(): void {
    underWay--
    if (underWay === 0) whenIdle?.()
  }

  async function finish(): Promise<void> {
    if (underWay > 0) await new Promise<void>((resolve) => (whenIdle = resolve))
    listeners.close()
    await medium.close()
  }

  return {
    transact<T>(work: Work<T>, options: TransactOptions = DEFAULTS): Promise<T> {
      try {
        return begin(work, options)
      } catch (error) {
        return rejected(error)
      }
    },
    onCommit(listener) {
      assertOpen('onCommit')
      return listeners.add(listener)
    },
    close: () => (closed ??= finish()),
  }
}

type Work<T> = (transaction: RecordTransaction) => Promise<T> | T

const DEFAULTS: TransactOptions = {}
const UNKNOWN_CALLER = new Error('transact was called by who says so in its options')
const NOTHING: readonly MediumWrite[] = []

class CheckedTransaction implements RecordTransaction {
  readonly #reader: MediumReader
  readonly #guard: WorkGuard
  readonly #written: WriteSet
  readonly #readonly: boolean
  readonly #shared: SharedValues

  constructor(
    reader: MediumReader,
    guard: WorkGuard,
    written: WriteSet,
    readonly: boolean,
    shared: SharedValues,
  ) {
    this.#reader = reader
    this.#guard = guard
    this.#written = written
    this.#readonly = readonly
    this.#shared = shared
  }

  get(key: RecordKey, options?: ValueOptions): Promise<Value | undefined> {
    this.#assertRunning('get')
    const asked = mediumKey(key)
    const own = this.#written.get(asked)
    const decode =
      options?.shared === true ? (text: string | undefined) => this.#shared.decode(asked, text) : decoded
    return this.#guard.operation(own === undefined ? this.#get(asked) : own.text, decode)
  }

  set(key: RecordKey, value: Value, options?: ValueOptions): void {
    this.#assertWritable('set', key)
    const asked = mediumKey(key)
    if (value === undefined) {
      const message = `the value of ${shownKey(key)}: undefined is what a miss is; delete takes a record away`
      throw new UnitflowError('unsupported-value', message, { path: '', found: 'undefined' })
    }
    const text = encodeValue(value)
    assertSize(key, text)
    this.#written.put(asked, text)
    if (options?.shared === true) this.#shared.keep(asked, text, value)
  }

  delete(key: RecordKey): void {
    this.#assertWritable('delete', key)
    this.#written.put(mediumKey(key), undefined)
  }

  scan(range: RecordRange): Promise<RecordEntry[]> {
    this.#assertRunning('scan')
    const asked = mediumRange(range)
    const { collection, from, to, limit } = asked
    const own = this.#written.within(asked)
    // As many more as may turn out to have been taken away.
    const more = limit + own.reduce((count, { text }) => count + (text === undefined ? 1 : 0), 0)
    // Some media do not take a range whose end is not after its beginning.
    const isEmpty = to !== undefined && to <= from
    const isShared = range.shared === true
    return this.#guard.operation(
      isEmpty ? [] : this.#scan({ ...asked, limit: Math.min(more, MAX_LIMIT) }),
      (records: readonly MediumRecord[]) =>
        (own.length === 0 ? records : overlaid(records, own, asked)).map(({ sort, text }) => ({
          key: recordKey(collection, sort),
          value: isShared ? this.#shared.decode({ collection, sort }, text) : decodeValue(text),
        })),
    )
  }

  // A medium that reads at once fails at once; whoever awaits a read expects a promise.
  #get(key: MediumKey): ReturnType<MediumReader['get']> {
    try {
      return this.#reader.get(key)
    } catch (error) {
      return rejected(error)
    }
  }

  #scan(range: MediumRange): ReturnType<MediumReader['scan']> {
    try {
      return this.#reader.scan(range)
    } catch (error) {
      return rejected(error)
    }
  }

  #assertRunning(operation: string): void {
    if (!this.#guard.isOver) return
    throw new UnitflowError('transaction-over', `${operation}: the transaction is over`, { operation })
  }

  #assertWritable(operation: string, key: RecordKey): void {
    this.#assertRunning(operation)
    if (!this.#readonly) return
    const shown = shownKey(key)
    const message = `${operation} ${shown}: this transaction only reads`
    throw new UnitflowError('read-only-transaction', message, { operation, key: shown })
  }
}

function decoded(text: string | undefined): Value | undefined {
  return text === undefined ? undefined : decodeValue(text)
}

const encoder = new TextEncoder()

function assertSize(key: RecordKey, text: string): void {
  // A code unit is one byte at least and three at most, so most need no counting.
  if (text.length * 3 <= MAX_VALUE_BYTES) return
  const bytes = text.length > MAX_VALUE_BYTES ? text.length : encoder.encode(text).length
  if (bytes <= MAX_VALUE_BYTES) return
  const shown = shownKey(key)
  throw new UnitflowError(
    'value-too-large',
    `the value of ${shown} takes ${bytes} bytes, at most ${MAX_VALUE_BYTES} may be: keep it in a CacheStore`,
    { key: shown, bytes, maximum: MAX_VALUE_BYTES },
  )
}

function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
