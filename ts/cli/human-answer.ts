import { isUnitflowError } from '../errors/index.js'
import type { UnitTask } from '../deciders/units/index.js'
import { decodeValue } from '../values/index.js'
import type { Value } from '../values/index.js'

/** What a person has answered, or what is wrong with it. */
export type Answer = { readonly value: Value } | { readonly problem: string }

/** What a task takes: the value of its variable, or an object of variables. */
export function isVariable({ type, variable }: Pick<UnitTask, 'type' | 'variable'>): boolean {
  return variable !== undefined && type === 'user-task'
}

/** An answer as JSON; what JSON cannot say stands in it as `{"$type": ...}`. */
export function answerOfJson(task: Pick<UnitTask, 'type' | 'variable'>, text: string): Answer {
  const found = jsonOf(text)
  if ('problem' in found) return found
  const { value } = found
  if (isVariable(task) || isVariables(value)) return found
  return value === null ? { value: {} } : { problem: 'expected a JSON object of variables' }
}

/** An answer as a person types it: nothing, JSON, or, where the task fills one variable, a text. */
export function answerOfText(task: Pick<UnitTask, 'type' | 'variable'>, text: string): Answer {
  const typed = text.trim()
  if (typed === '') return isVariable(task) ? { value: '' } : { value: {} }
  // A text that begins like JSON is meant to be that.
  const isText = isVariable(task) && !/^["[{]/.test(typed) && 'problem' in jsonOf(typed)
  return isText ? { value: typed } : answerOfJson(task, typed)
}

function jsonOf(text: string): Answer {
  try {
    JSON.parse(text)
    return { value: decodeValue(text) }
  } catch (error) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}\u2026` : text
    return { problem: isUnitflowError(error) ? error.message : `expected JSON, found ${shown}` }
  }
}

function isVariables(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
