import { setTimeout as pause } from 'node:timers/promises'
import { isUnitflowError } from './package-under-test.mjs'
import { answerTo } from './unit-workflows.mjs'

/** Those who do the human tasks of runs, and send them messages, some soon and some late. */
export class UnitPeople {
  #manager
  #workflows
  #random
  #count
  #messages = []
  #left = false

  constructor({ manager, workflows, random, count }) {
    this.#manager = manager
    this.#workflows = Object.values(workflows)
    this.#random = random
    this.#count = count
  }

  /** A run has begun: its messages are to be sent. */
  expect({ id, messages }) {
    for (const name of messages)
      this.#messages.push({ id, name, at: Date.now() + this.#random.next() ** 2 * 1000 })
  }

  async work() {
    while (!this.#left) {
      const due = this.#messages.filter(({ at }) => at <= Date.now())
      this.#messages = this.#messages.filter((message) => !due.includes(message))
      for (const message of due) await this.#send(message)
      for (const { human } of this.#workflows) {
        for (const waiting of await this.#manager.waiting({ activity: human }))
          await this.#answer(human, waiting)
      }
      await pause(50)
    }
  }

  async #send({ id, name }) {
    try {
      await this.#manager.signal(id, name, { name })
      this.#count('messages')
    } catch (error) {
      // It has gone another way, and come to its end.
      if (!isUnitflowError(error, 'process-closed')) throw error
    }
  }

  async #answer(human, { token, input }) {
    const answer = answerTo(input)
    // Without a token no worker has begun with it yet.
    if (answer === undefined || token === undefined || this.#random.chance(0.2)) return
    try {
      await this.#manager.complete(human, token, answer)
      this.#count('answers')
    } catch (error) {
      // What waited when it was looked may have been called off.
      if (!isUnitflowError(error, 'unknown-activity') && !isUnitflowError(error, 'bad-token')) throw error
    }
  }

  leave() {
    this.#left = true
  }
}
