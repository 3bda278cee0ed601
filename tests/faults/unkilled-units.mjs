// What runs of units come to that nobody kills: in memory, in virtual time.
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  createProcessHarness,
} from './package-under-test.mjs'
import { answerTo, defineUnits, versionOf } from './unit-workflows.mjs'

/** More timers, one after the other, no run has. */
const MOST_SECONDS = 100

/** Runs each workflow once for each version and start. */
export class UnkilledUnits {
  #runs = new Map()

  /**
   * @returns its result, its completed elements, sorted, how many activities it has had done, and the workflow, which knows
   * this version for ever
   */
  run(kind, version, start) {
    const key = JSON.stringify([kind, version, start])
    const run = this.#runs.get(key) ?? runOf(kind, version, start)
    this.#runs.set(key, run)
    return run
  }
}

async function runOf(kind, version, start) {
  const store = createMemoryStore()
  const { text, messages } = versionOf(kind, version)
  await cacheElementUnitsForWorkflow(store, kind, text)
  let done = 0
  const workflows = await defineUnits(store, () => void done++)
  const workflow = workflows[kind]
  const harness = createProcessHarness({ workflows: [workflow] })
  const id = await harness.start(workflow, start)
  for (const name of messages) await harness.signal(id, name, { name })
  for (let seconds = 0; seconds < MOST_SECONDS; seconds++) {
    while (await answerOne(harness, workflow));
    const { closed } = await harness.manager.process(id)
    if (closed !== undefined) {
      if (closed.result.type !== 'completed')
        throw new Error(`${kind} ${version} of ${JSON.stringify(start)}: ${JSON.stringify(closed.result)}`)
      const completed = await completedOf(workflow, harness.manager, id)
      return { workflow, result: closed.result.result, completed, done }
    }
    await harness.advance('1s')
  }
  throw new Error(`${kind} ${version} of ${JSON.stringify(start)} does not end, though nobody kills it`)
}

async function answerOne(harness, { human }) {
  for (const { process, id, input } of await harness.waiting(human)) {
    const answer = answerTo(input)
    if (answer === undefined) continue
    await harness.complete(human, answer, { process, id })
    return true
  }
  return false
}

/** The elements that a run has completed, whatever came first. */
export async function completedOf(workflow, manager, id) {
  const elements = await workflow.completed(manager, id)
  return elements.map(({ process, element, turn }) => `${process}/${element}${turn ? '*' : ''}`).sort()
}
