import { checkExpression, comparisons } from '../../../ts/comparisons/index.js'
import type { Changes, UnitData, UnitTask } from '../../../ts/deciders/units/index.js'

const ASSIGNMENT = /^([A-Za-z_]\w*)\s*(\+?)=(?!=)\s*([^]+)$/
const DELETION = /^del[ (]\s*([A-Za-z_]\w*)\)?$/
const SPREAD = /^\{\*\*([A-Za-z_]\w*),([^]+)$/

/**
 * A script that only assigns: each variable is what `comparisons` makes of its expression, which is compared with CPython
 * elsewhere. Of anything else nothing is made.
 */
export function assignmentsOf(script: string): ((task: UnitTask) => Changes) | undefined {
  const statements = statementsOf(script)
  return statements.every(isKnown) ? ({ data }) => changesOf(statements, data) : undefined
}

/** A statement goes on over lines as long as a bracket is open. */
function statementsOf(script: string): readonly string[] {
  const statements: string[] = []
  let open = 0
  for (const line of script.split('\n')) {
    const text = line.replace(/^#.*|^\s+$/, '')
    if (open > 0) statements.push(`${statements.pop() ?? ''} ${text.trim()}`)
    else if (text !== '') statements.push(text.trimEnd())
    for (const bracket of text.match(/[([{}\])]/g) ?? []) open += '([{'.includes(bracket) ? 1 : -1
  }
  return statements
}

function isKnown(statement: string): boolean {
  if (DELETION.test(statement)) return true
  const expression = ASSIGNMENT.exec(statement)?.[3]
  if (expression === undefined) return false
  try {
    checkExpression(expression.replace(SPREAD, '{$2'))
    return true
  } catch {
    return false
  }
}

function changesOf(statements: readonly string[], data: UnitData): Changes {
  const now = new Map<string, unknown>(Object.entries(data))
  const changes: Record<string, unknown> = {}
  for (const statement of statements) {
    const [, deleted] = DELETION.exec(statement) ?? []
    const [, name = deleted ?? '', plus = '', expression = ''] = ASSIGNMENT.exec(statement) ?? []
    if (deleted !== undefined) {
      if (!now.delete(deleted)) throw new ReferenceError(`name '${deleted}' is not defined`)
      changes[deleted] = undefined
      continue
    }
    const seen = Object.fromEntries(now)
    const [, spread] = SPREAD.exec(expression) ?? []
    const text = plus === '' ? expression.replace(SPREAD, '{$2') : `${name} + ${expression}`
    const value = comparisons(text, seen)
    const given =
      spread === undefined ? value : { ...(comparisons(spread, seen) as object), ...(value as object) }
    now.set(name, given)
    changes[name] = given
  }
  return changes
}
