import type { Clock } from '../../clock/index.js'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { Execution } from '../execution/index.js'
import { assertHeld, renewed } from '../execution/index.js'
import type { FlowStore } from '../records/index.js'
import type { HeldExecution } from './held-execution.js'
import { canceledBecause } from './stop.js'

/** After a commit of others, before it is looked whether it is about what runs here, in ms: there may be many. */
const LOOK_DELAY = 50

/** Keeps what runs here: renews leases, and sees what others ask for or have taken away. */
export class LeaseKeeper {
  readonly #store: FlowStore
  readonly #clock: Clock
  readonly #lease: number
  readonly #held = new Map<string, HeldExecution>()
  #cancel: (() => void) | undefined
  #cancelLook: (() => void) | undefined
  #stopListening: (() => void) | undefined

  /** @param lease milliseconds */
  constructor(store: FlowStore, clock: Clock, lease: number) {
    this.#store = store
    this.#clock = clock
    this.#lease = lease
  }

  get held(): Iterable<HeldExecution> {
    return this.#held.values()
  }

  add(held: HeldExecution): void {
    this.#held.set(held.id, held)
    this.#cancel ??= this.#clock.setTimer(() => void this.#renew(), this.#lease / 3, { keepAlive: false })
    this.#stopListening ??= this.#store.onWake(({ by }) => {
      if (by !== this.#store) this.#lookSoon()
    })
  }

  /** Timers and listening outlast it for a while: the next one may come at once. */
  remove(held: HeldExecution): void {
    // Another may hold it again.
    if (this.#held.get(held.id) === held) this.#held.delete(held.id)
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#cancelLook?.()
    this.#cancelLook = undefined
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  /** What is known of an execution, here or from elsewhere. */
  see(execution: Execution | undefined, held: HeldExecution): void {
    try {
      assertHeld(execution, held.token)
      held.stop.isPauseAsked = execution.asked === 'pause'
      if (execution.asked === 'cancel') held.stop.abort('canceled', canceledBecause(execution.reason ?? ''))
    } catch (error) {
      if (isUnitflowError(error)) held.stop.abort('lost', error)
    }
  }

  find(id: string): HeldExecution | undefined {
    return this.#held.get(id)
  }

  #lookSoon(): void {
    this.#cancelLook ??= this.#clock.setTimer(() => void this.#look(), LOOK_DELAY, { keepAlive: false })
  }

  async #look(): Promise<void> {
    this.#cancelLook = undefined
    const held = [...this.#held.values()]
    if (held.length === 0) return
    try {
      const found = await this.#store.read((records) => Promise.all(held.map(({ id }) => records.head(id))))
      for (const [index, one] of held.entries())
        if (this.#held.get(one.id) === one) this.see(found[index], one)
    } catch {
      // A store in trouble: the next commit, or the renewal of the lease, will tell.
    }
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.values()]
    if (held.length === 0) {
      this.close()
      return
    }
    const until = this.#clock.now() + this.#lease
    let next = this.#lease / 3
    try {
      const found = await this.#store.write((records) =>
        Promise.all(
          held.map(async ({ id, token }) => {
            const head = await records.head(id)
            if (head?.status !== 'running' || head.token !== token) return head
            return records.change(head, { execution: renewed(head, until), events: [] })
          }),
        ),
      )
      for (const [index, one] of held.entries())
        if (this.#held.get(one.id) === one) this.see(found[index], one)
    } catch (error) {
      // What could not be renewed is renewed soon again; who was too late learns it when the task has ended.
      next = Math.min(next, 1000)
      if (isUnitflowError(error, 'store-closed')) {
        for (const one of held) one.stop.abort('lost', closed())
      }
    }
    // Closed meanwhile, or not.
    if (this.#cancel !== undefined)
      this.#cancel = this.#clock.setTimer(() => void this.#renew(), next, { keepAlive: false })
  }
}

function closed(): UnitflowError<'store-closed'> {
  return new UnitflowError('store-closed', 'the store was closed under a runner', { operation: 'renew' })
}
