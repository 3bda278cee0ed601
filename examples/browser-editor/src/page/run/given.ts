import type { FormField, HumanTask } from '../../run-protocol.js'

/** What a form gives, or what is wrong in it: by the index of the field; -1 is the JSON of other variables. */
export interface Given {
  readonly value?: unknown
  readonly wrong: ReadonlyMap<number, string>
}

/** Reads a form. */
export function given({ fields, variable }: HumanTask, values: readonly string[], others: string): Given {
  const wrong = new Map<number, string>()
  const variables = new Map<string, unknown>()
  const parts = new Map<string, Map<string, unknown>>()
  for (const [index, field] of fields.entries()) {
    const read = readField(field, values[index] ?? '')
    if (read.problem !== undefined) wrong.set(index, read.problem)
    const [name = '', part] = field.path
    if (part === undefined) variables.set(name, read.value)
    else parts.set(name, (parts.get(name) ?? new Map<string, unknown>()).set(part, read.value))
  }
  if (variable !== undefined) return { wrong, value: variables.get(variable) }
  for (const [name, members] of parts) variables.set(name, Object.fromEntries(members))
  if (!isObject(others)) wrong.set(-1, 'This is no JSON object, such as {"approved": true}.')
  else for (const [name, value] of Object.entries(objectIn(others))) variables.set(name, value)
  return { wrong, value: Object.fromEntries(variables) }
}

function readField(
  { kind }: FormField,
  text: string,
): { readonly value?: unknown; readonly problem?: string } {
  if (kind === 'boolean') return { value: text === 'true' }
  if (kind === 'number') {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value)) return { problem: 'This is no number.' }
    return { value }
  }
  if (kind !== 'json') return { value: text }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { problem: 'This is no JSON: a text has quotes around it.' }
  }
}

/** Whether a text is JSON of an object with something in it, or nothing: `{}`. */
export function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function objectIn(text: string): object {
  return Object(JSON.parse(text)) as object
}

/** What may be left empty. */
export function payloadIn(text: string): Given {
  if (text.trim() === '') return { wrong: new Map() }
  const { value, problem } = readField({ path: [], label: '', kind: 'json', value: '' }, text)
  return problem === undefined ? { value, wrong: new Map() } : { wrong: new Map([[0, problem]]) }
}
