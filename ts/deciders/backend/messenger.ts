import { UnitflowError } from '../../errors/index.js'
import type { ProcessResult } from '../history/index.js'
import { childClosed, closeFromOutside, requestCancel, signal, startProcess } from '../process/index.js'
import type { Message, NewProcess, StepTime } from '../process/index.js'
import type { LoadedProcess } from './loaded-process.js'
import type { ProcessRecords } from './process-records.js'

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
    this.#processes.add(startProcess(type, start, this.#time))
  }

  /** Closes a process, whatever it is at, and tells whom that concerns. */
  async close(process: LoadedProcess, result: ProcessResult): Promise<void> {
    const step = closeFromOutside(process.state, await process.readAll(), result, this.#time)
    process.apply(step)
    await this.deliver(process.id, step.messages)
  }

  /** Carries messages of a process; one whose addressee is closed, or was never there, is lost. */
  async deliver(from: string, messages: readonly Message[]): Promise<void> {
    for (const message of messages) {
      if (message.type === 'start') {
        await this.start(message)
        continue
      }
      let process = await this.#processes.find(message.process)
      // A parent knows its child by the id with which that began.
      const isForChild = message.type === 'terminate' || message.type === 'request-cancel'
      while (isForChild && process?.state.closed?.result.type === 'continued') {
        process = await this.#processes.find(process.state.closed.result.process)
      }
      if (process === undefined || process.state.closed !== undefined) continue
      await this.#hand(process, message, from)
    }
  }

  async #hand(
    process: LoadedProcess,
    message: Exclude<Message, { type: 'start' }>,
    from: string,
  ): Promise<void> {
    const { state } = process
    switch (message.type) {
      case 'signal': {
        const { name, data } = message
        process.apply(signal(state, { name, data, from }, this.#time))
        return
      }
      case 'request-cancel': {
        const { reason } = message
        process.apply(requestCancel(state, { from, ...(reason !== undefined && { reason }) }, this.#time))
        return
      }
      case 'terminate':
        await this.close(process, { type: 'canceled', reason: message.reason })
        return
      case 'child-closed': {
        const open = await process.read({ children: [message.child] })
        const step = childClosed(state, open, message, this.#time)
        if (step !== undefined) process.apply(step)
      }
    }
  }
}
