import type { Clock } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { encodeValue } from '../../values/index.js'
import type { Execution } from '../execution/index.js'
import { assertHeld } from '../execution/index.js'
import type { FlowStore, PayloadSealer, StoredProgress } from '../records/index.js'
import { valueOf } from '../records/index.js'
import type { Stop } from './stop.js'
import { canceledBecause } from './stop.js'

/** Between two signs of one task that are stored, in ms: those in between are left out, but for the last. */
const BETWEEN = 250

/** What a task says while it runs: how far it is, and that it is alive. */
export class TaskSigns {
  readonly #store: FlowStore
  readonly #sealer: PayloadSealer
  readonly #clock: Clock
  readonly #stop: Stop
  readonly #execution: Execution
  readonly #heartbeat: number | undefined
  #percent: number | null = null
  #message: string | null = null
  #details: Value
  #isNew = false
  #under: Promise<void> | undefined
  #storedAt = -Infinity
  #cancel: (() => void) | undefined
  #endSilence: (() => void) | undefined
  #isOver = false
  /** Something of it is stored. */
  isStored = false

  /** @param heartbeat how long (ms) it may say nothing */
  constructor(
    {
      store,
      sealer,
      clock,
    }: { readonly store: FlowStore; readonly sealer: PayloadSealer; readonly clock: Clock },
    stop: Stop,
    execution: Execution,
    heartbeat: number | undefined,
  ) {
    this.#store = store
    this.#sealer = sealer
    this.#clock = clock
    this.#stop = stop
    this.#execution = execution
    this.#heartbeat = heartbeat
    this.#listen()
  }

  readonly progress = (percent: number, message?: string): void => {
    // What is no number is the user's slip, and no reason to end what it is about.
    this.#percent = Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : null
    this.#message = typeof message === 'string' ? message.slice(0, 1000) : null
    this.#say()
  }

  /** @throws `unsupported-value` */
  readonly heartbeat = (details?: unknown): void => {
    if (details !== undefined) {
      encodeValue(details)
      this.#details = details as Value
    }
    this.#say()
  }

  /** Stores what has not been stored: the next attempt is handed the last details. */
  async end(): Promise<void> {
    this.#endSilence?.()
    this.#cancel?.()
    this.#isOver = true
    await this.#under
    if (this.#isNew) await this.#keep().catch(() => undefined)
  }

  #say(): void {
    if (this.#isOver) return
    this.#isNew = true
    this.#listen()
    if (this.#under !== undefined || this.#cancel !== undefined) return
    const wait = this.#storedAt + BETWEEN - this.#clock.now()
    if (wait <= 0) this.#begin()
    else this.#cancel = this.#clock.setTimer(() => this.#begin(), wait, { keepAlive: false })
  }

  #begin(): void {
    this.#cancel = undefined
    // What cannot be stored now may be the next time: a store that is busy ends no task.
    this.#under = this.#keep()
      .catch(() => undefined)
      .then(() => {
        this.#under = undefined
        if (this.#isNew && !this.#isOver) this.#say()
      })
  }

  async #keep(): Promise<void> {
    this.#isNew = false
    const { id, task, attempt, token } = this.#execution
    const said = await this.#sealer.seal({ message: this.#message, details: this.#details })
    const at = this.#clock.now()
    this.#storedAt = at
    const progress: StoredProgress = { task, attempt, at, percent: this.#percent, ...said }
    const { asked, reason } = await this.#store.write(async (records) => {
      const head = await records.head(id)
      assertHeld(head, token)
      records.setProgress(head, valueOf(progress))
      return head
    })
    this.isStored = true
    this.#stop.isPauseAsked = asked === 'pause'
    if (asked === 'cancel') this.#stop.abort('canceled', canceledBecause(reason ?? ''))
  }

  /** Begins to wait for the next sign. */
  #listen(): void {
    const milliseconds = this.#heartbeat
    if (milliseconds === undefined || milliseconds === Infinity) return
    this.#endSilence?.()
    const silent = (): void => {
      const message = `task '${this.#execution.task}' gave no sign of life for ${milliseconds} ms`
      this.#stop.abort('timed-out', new UnitflowError('timed-out', message, { milliseconds }))
    }
    this.#endSilence = this.#clock.setTimer(silent, milliseconds, { keepAlive: false })
  }
}
