import { UnitflowError } from '../../errors/index.js'
import type { ProcessResult } from '../history/index.js'
import {
  childClosed,
  closeFromOutside,
  NOTHING_OPEN,
  requestCancel,
  signal,
  startProcess,
} from '../process/index.js'
import type { Message, NewProcess, ProcessState, StepTime } from '../process/index.js'
import type { ProcessRecords, StoredProcess } from './process-records.js'

/** Carries what processes ask of others, in the transaction in which they ask for it. */
export class Messenger {
  readonly #processes: ProcessRecords
  readonly #time: StepTime

  constructor(processes: ProcessRecords, time: StepTime) {
    this.#processes = processes
    this.#time = time
  }

  /** @throws `unknown-type` */
  async start({ workflow, ...start }: NewProcess & { readonly workflow: string }): Promise<void> {
    const type = await this.#processes.workflowType(workflow)
    if (type === undefined) {
      const message = `no workflow ${JSON.stringify(workflow)} is registered`
      throw new UnitflowError('unknown-type', message, { kind: 'workflow', name: workflow })
    }
    this.#processes.save(undefined, NOTHING_OPEN, startProcess(type, start, this.#time))
  }

  /** Closes a process, whatever it is at, and tells whom that concerns. */
  async close(stored: StoredProcess, result: ProcessResult): Promise<void> {
    const open = await this.#processes.allOpen(stored.state.id)
    const step = closeFromOutside(stored.state, open, result, this.#time)
    this.#processes.save(stored, open, step)
    await this.deliver(stored.state, step.messages)
  }

  /** Carries messages of a process; one whose addressee is closed, or was never there, is lost. */
  async deliver({ id: from }: ProcessState, messages: readonly Message[]): Promise<void> {
    for (const message of messages) {
      if (message.type === 'start') {
        await this.start(message)
        continue
      }
      const stored = await this.#processes.find(message.process)
      if (stored === undefined || stored.state.closed !== undefined) continue
      await this.#hand(stored, message, from)
    }
  }

  async #hand(
    stored: StoredProcess,
    message: Exclude<Message, { type: 'start' }>,
    from: string,
  ): Promise<void> {
    const { state } = stored
    switch (message.type) {
      case 'signal': {
        const { name, data } = message
        this.#processes.save(stored, NOTHING_OPEN, signal(state, { name, data, from }, this.#time))
        return
      }
      case 'request-cancel': {
        const { reason } = message
        const asked = { from, ...(reason !== undefined && { reason }) }
        this.#processes.save(stored, NOTHING_OPEN, requestCancel(state, asked, this.#time))
        return
      }
      case 'terminate':
        await this.close(stored, { type: 'canceled', reason: message.reason })
        return
      case 'child-closed': {
        const open = await this.#processes.open(state.id, { children: [message.child] })
        const step = childClosed(state, open, message, this.#time)
        if (step !== undefined) this.#processes.save(stored, open, step)
      }
    }
  }
}
