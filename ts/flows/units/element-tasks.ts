import { assertThat } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { AnyTask } from '../definitions/index.js'
import type { ElementTask, ElementTasks, FlowElement } from './flow-element.js'

/** What an element is bound to. */
export interface Binding {
  readonly key: string
  readonly bound: ElementTask
}

/** What elements are bound to. Ids are data: a map knows no names but these. */
export class BoundElements {
  readonly #bound: ReadonlyMap<string, Binding>

  /** @throws `bad-argument` for what is no task */
  constructor(tasks: ElementTasks) {
    assertThat('tasks', 'an object of tasks', typeof tasks === 'object' && (tasks as unknown) !== null)
    const entries = Object.entries(tasks)
    for (const [key, bound] of entries) {
      const isWord = bound === 'skip' || bound === 'expand'
      assertThat(argumentOf(key), EXPECTED, isWord || typeof bound === 'function' || isTask(bound))
    }
    this.#bound = new Map(entries.map(([key, bound]) => [key, { key, bound }]))
  }

  of({ process, id, operation }: FlowElement): Binding | undefined {
    return (
      this.#bound.get(`${process}/${id}`) ??
      this.#bound.get(id) ??
      (operation === undefined ? undefined : this.#bound.get(operation.name))
    )
  }
}

/** The task of an element. @throws `bad-argument` where a function of the user's makes none, and what it throws */
export function taskOf({ key, bound }: Binding, element: FlowElement): AnyTask | undefined {
  const task = typeof bound === 'function' ? bound(element) : bound
  if (task === 'skip') return undefined
  const argument = `${argumentOf(key)}: for the element ${JSON.stringify(element.path)}`
  if (isTask(task)) return task
  throw new UnitflowError('bad-argument', `${argument}: expected ${EXPECTED}`, {
    argument,
    expected: EXPECTED,
  })
}

const EXPECTED =
  "a task, as defineTask makes it, a function that makes one, 'skip', or of what is called or embedded 'expand'"

function argumentOf(key: string): string {
  return `tasks: ${JSON.stringify(key.slice(0, 100))}`
}

function isTask(value: unknown): value is AnyTask {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'task'
}
