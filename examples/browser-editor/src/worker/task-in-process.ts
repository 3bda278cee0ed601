import type { DescribedElement } from 'unitflow'
import { spanAt } from './json-text.js'
import type { Span } from './json-text.js'

/** A text field of a task, and where it stands in the process. */
export interface Field {
  readonly value: string
  readonly span: Span
}

/** The spec of an element's task inside the text of its process. */
export interface Task {
  readonly json: string
  readonly span: Span
  readonly name?: Field
  readonly script?: Field
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Finds the task that an element was drawn as. A loop is two tasks that share what was drawn: the JSON is that of the
 * loop, while name and script are where they are filled.
 */
export function taskIn(process: string, { id, name, script }: DescribedElement): Task {
  const { task_specs: tasks } = JSON.parse(process) as {
    readonly task_specs: Readonly<Record<string, Fields>>
  }
  const keys = Object.keys(tasks).filter((key) => key === id || tasks[key]?.['bpmn_id'] === id)
  const inner = keys.flatMap((key) => {
    const child = tasks[key]?.['task_spec']
    return typeof child === 'string' && Object.hasOwn(tasks, child) && !keys.includes(child) ? [child] : []
  })
  const main = keys.includes(id) ? id : keys[0]
  const span = main === undefined ? undefined : spanAt(process, ['task_specs', main])
  if (main === undefined || span === undefined)
    throw new Error(`There is no task for “${id}” in the process.`)
  const field = (
    key: string,
    value: string | undefined,
    holds: (found: unknown) => boolean,
  ): Field | undefined => {
    const holder = [...inner, main, ...keys].find((each) => holds(tasks[each]?.[key]))
    const place = holder === undefined ? undefined : spanAt(process, ['task_specs', holder, key])
    return place === undefined ? undefined : { value: value ?? '', span: place }
  }
  // Writers of the first dialect keep the name in `description`.
  const hasName = keys.some((key) => Object.hasOwn(tasks[key] ?? {}, 'bpmn_name'))
  const nameField =
    field(hasName ? 'bpmn_name' : 'description', name, (found) => found === name) ??
    field('bpmn_name', undefined, (found) => found === null)
  const scriptField = field('script', script, (found) => typeof found === 'string' && found !== '')
  return {
    json: process.slice(span.start, span.end),
    span,
    ...(nameField === undefined ? {} : { name: nameField }),
    ...(scriptField === undefined ? {} : { script: scriptField }),
  }
}
