// Flows for the faults: each task says in a file what it does, with the token under which its runner has the execution.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { defineFlow, defineTask, of } from './package-under-test.mjs'

export const TASKS = ['fetch', 'weigh', 'label', 'ship']

/**
 * @param work what a task does: given its name, what it hands on must name what it was handed
 * @returns a flow without limits, and one of which no more than two run at once, and one of a key
 */
export function parcelFlows(work) {
  const tasks = TASKS.map((name, place) => {
    const before = TASKS[place - 1] ?? 'start'
    return defineTask({
      name,
      inputs: { [before]: of() },
      outputs: { [name]: of() },
      retry: { attempts: Infinity, backoff: { initial: 10, maximum: 50 }, jitter: 0.5 },
      run: async (inputs, task) => ({ [name]: await work(name, inputs[before], task) }),
    })
  })
  const limits = { atOnce: 2, atOncePerKey: 1 }
  return [defineFlow('parcel', tasks), defineFlow('limited', tasks, { limits })]
}

/** A task that takes a while, fails now and then, and leaves a line before and after. */
export function loggedWork({ logOf, owner, tokenOf, random }) {
  let count = 0
  return async (task, given, { executionId: execution, attempt, idempotencyKey: key }) => {
    const by = `${owner}-${++count}`
    const line = { execution, task, by, owner, token: tokenOf(execution), attempt, key, after: given.by }
    append(logOf(execution), { what: 'begun', ...line })
    await pause(random.next() ** 2 * 300)
    if (random.chance(0.05)) throw new Error(by)
    append(logOf(execution), { what: 'done', ...line })
    return { by, after: given.by }
  }
}

/** A line that is there from now on, also when this process is killed. */
export function append(path, line) {
  const file = openSync(path, 'a')
  writeSync(file, `${JSON.stringify({ at: Date.now(), ...line })}\n`)
  fsyncSync(file)
  closeSync(file)
}
