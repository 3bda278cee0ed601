import { comparisons } from 'unitflow/deciders/units'
import type { UnitTask } from 'unitflow/deciders/units'
import type { FormField, HumanTask } from '../../run-protocol.js'
import { namesSetBy } from './assignments.js'

/** A task as a form: the fields that the spec names, or the variables that its script before it has set. */
export function humanTask(token: string, task: UnitTask): HumanTask {
  const {
    process,
    element,
    name = element,
    lane,
    documentation,
    variable,
    type,
    data,
    extensions = {},
  } = task
  const instructions = extensions['instructionsForEndUser']
  const isFilling = variable !== undefined && type === 'user-task'
  const fields = formFields(task)
  return {
    token,
    process,
    element,
    name,
    ...(lane === undefined ? {} : { lane }),
    ...(documentation === undefined ? {} : { documentation }),
    ...(typeof instructions === 'string' ? { instructions: filledIn(instructions, data) } : {}),
    ...(isFilling ? { variable } : {}),
    fields: isFilling ? [fieldOf([variable], 'Value', own(data, variable) ?? '')] : fields,
    data: JSON.stringify(data, undefined, 2),
  }
}

/** Values in a text, as Jinja writes them; what cannot be computed stays as it is. */
function filledIn(text: string, data: UnitTask['data']): string {
  return text.replaceAll(/\{\{([^{}]*)\}\}/g, (whole: string, expression: string) => {
    try {
      const value = comparisons(expression.trim(), data)
      return typeof value === 'object' ? JSON.stringify(value) : wordOf(value)
    } catch {
      return whole
    }
  })
}

function wordOf(value: unknown): string {
  return value === true ? 'yes' : value === false ? 'no' : String(value)
}

function formFields({ form, data, extensions = {} }: UnitTask): readonly FormField[] {
  const listed = form?.['fields']
  if (Array.isArray(listed)) return listed.flatMap((field: unknown) => formField(field, data))
  const script = extensions['preScript']
  return namesSetBy(typeof script === 'string' ? script : '').flatMap((name) => {
    const value = own(data, name)
    if (value === undefined) return []
    if (!isFields(value)) return [fieldOf([name], name, value)]
    return Object.entries(value).map(([key, part]) => fieldOf([name, key], `${name}: ${key}`, part))
  })
}

/** A field of a form as Camunda writes it. */
function formField(field: unknown, data: UnitTask['data']): readonly FormField[] {
  if (!isFields(field) || typeof field['id'] !== 'string') return []
  const { id, label, type, options } = field
  const value = own(data, id) ?? field['default_value'] ?? ''
  const words = typeof label === 'string' && label !== '' ? label : id
  const choices = Array.isArray(options) ? options.flatMap(choiceOf) : []
  if (choices.length > 0)
    return [{ path: [id], label: words, kind: 'choice', value: textOf(value), options: choices }]
  if (type === 'boolean') return [fieldOf([id], words, value === true || value === 'true')]
  if (type === 'long') return [{ path: [id], label: words, kind: 'number', value: textOf(value) }]
  return [fieldOf([id], words, value)]
}

function choiceOf(option: unknown): readonly { readonly value: string; readonly label: string }[] {
  if (!isFields(option) || typeof option['id'] !== 'string') return []
  const { id, name } = option
  return [{ value: id, label: typeof name === 'string' && name !== '' ? name : id }]
}

function fieldOf(path: readonly string[], label: string, value: unknown): FormField {
  if (typeof value === 'string') return { path, label, kind: 'text', value }
  if (typeof value === 'number') return { path, label, kind: 'number', value: String(value) }
  if (typeof value === 'boolean') return { path, label, kind: 'boolean', value: String(value) }
  return { path, label, kind: 'json', value: JSON.stringify(value) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function own(data: UnitTask['data'], name: string): unknown {
  return Object.hasOwn(data, name) ? data[name] : undefined
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
