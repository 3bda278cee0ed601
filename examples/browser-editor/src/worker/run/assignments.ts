import { isUnitflowError } from 'unitflow'
import { checkExpression, comparisons } from 'unitflow/deciders/units'
import type { UnitTask } from 'unitflow/deciders/units'

/** A line of a function, or several where brackets span them. */
type Statement =
  | { readonly type: 'set'; readonly line: number; readonly name: string; readonly expression: string }
  | { readonly type: 'remove'; readonly line: number; readonly name: string }

/** What a service gives back is what this is set to. */
const RESULT = 'result'
/** What a service is asked for, by name. */
const PARAMETERS = 'parameters'

const NAME = String.raw`[\p{XID_Start}_]\p{XID_Continue}*`
const SET = new RegExp(`^(${NAME})\\s*=(?!=)\\s*([^]*)$`, 'u')
const REMOVE = new RegExp(`^del\\s+(${NAME}(?:\\s*,\\s*${NAME})*)$`, 'u')

/**
 * Runs a function as people write it here: lines of `name = expression`, and `del name`. Expressions are computed by
 * `comparisons`, which can reach nothing but the variables: no text of a spec or of a person becomes code of the page.
 *
 * @returns the variables that it sets; of a service task what its line `result = …` gives
 */
export function runFunction(text: string, task: UnitTask): unknown {
  const isService = task.operation !== undefined
  const variables = new Map<string, unknown>(Object.entries(task.data))
  if (isService) variables.set(PARAMETERS, task.parameters ?? {})
  const changes = new Map<string, unknown>()
  for (const statement of statementsOf(text)) {
    if (statement.type === 'remove') {
      variables.delete(statement.name)
      changes.set(statement.name, undefined)
      continue
    }
    const value = computed(statement, Object.fromEntries(variables))
    variables.set(statement.name, value)
    changes.set(statement.name, value)
  }
  return isService ? (changes.get(RESULT) ?? null) : Object.fromEntries(changes)
}

function computed(
  { line, expression }: Statement & { readonly type: 'set' },
  data: Record<string, unknown>,
): unknown {
  try {
    return comparisons(expression, data)
  } catch (error) {
    throw badFunction(line, error instanceof Error ? error.message : String(error))
  }
}

/** Whether a function can be read; what its variables are is only known when it runs. */
export function checkFunction(text: string): void {
  for (const statement of statementsOf(text)) if (statement.type === 'set') checkStatement(statement)
}

function checkStatement({ line, name, expression }: Statement & { readonly type: 'set' }): void {
  try {
    checkExpression(expression)
  } catch (error) {
    if (!isUnitflowError(error, 'bad-expression')) throw error
    const { column, expected } = error.fields
    throw badFunction(line, `${name} = …, at character ${column} of the expression: expected ${expected}`)
  }
}

export function isFunction(text: string): boolean {
  try {
    checkFunction(text)
    return true
  } catch {
    return false
  }
}

/** What of a Python script can be a line here, and the rest as comments: something to begin with. */
export function draftOf(script: string): string {
  const drafted = splitLines(script).map(({ text }) =>
    isFunction(text) ? text : text.replaceAll(/^/gm, '# '),
  )
  return drafted.join('\n')
}

/** The variables that a script sets, as far as it can be read. */
export function namesSetBy(script: string): readonly string[] {
  const names = splitLines(script).flatMap(({ text }) => SET.exec(text)?.[1] ?? [])
  return [...new Set(names)]
}

function statementsOf(text: string): readonly Statement[] {
  return splitLines(text).flatMap(({ line, text: statement }): readonly Statement[] => {
    const set = SET.exec(statement)
    if (set !== null) return [{ type: 'set', line, name: set[1] ?? '', expression: set[2] ?? '' }]
    const remove = REMOVE.exec(statement)
    if (remove === null) throw badFunction(line, 'expected name = expression, or del name')
    const names = (remove[1] ?? '').split(',').map((name) => name.trim())
    return names.map((name) => ({ type: 'remove', line, name }))
  })
}

interface Line {
  /** From 1. */
  readonly line: number
  /** Without comments and blanks around it. */
  readonly text: string
}

const PART = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[^]/g

/** Splits at the ends of lines and at semicolons, but not in brackets. */
function splitLines(text: string): readonly Line[] {
  const lines: Line[] = []
  let line = 1
  let begin = 1
  let depth = 0
  let statement = ''
  const end = (): void => {
    if (statement.trim() !== '') lines.push({ line: begin, text: statement.trim() })
    statement = ''
  }
  for (const [part] of text.replaceAll('\r\n', '\n').matchAll(PART)) {
    if (part === '\n') line++
    if (depth === 0 && (part === '\n' || part === ';')) end()
    else if (!part.startsWith('#')) {
      if (statement.trim() === '') begin = line
      statement += part
    }
    if ('([{'.includes(part)) depth++
    if (')]}'.includes(part)) depth = Math.max(0, depth - 1)
  }
  end()
  return lines
}

function badFunction(line: number, message: string): Error {
  return Object.assign(new Error(`line ${line}: ${message}`), { name: 'bad-function' })
}
