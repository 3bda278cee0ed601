import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import { isTypeOnly, validate } from '../../schema/index.js'
import type { Schema } from '../../schema/index.js'
import { define } from '../../values/index.js'
import { HeldValue } from '../values/index.js'
import type { WiredStep } from './wiring.js'

/**
 * What a model is handed: each field as its schema makes it of the state that it is wired to (S4). A field that is not wired
 * has what its schema makes of nothing.
 *
 * @throws (or rejects with) `invalid-value`, which names the step, the field and the state
 */
export function inputsOf(
  wired: WiredStep,
  values: readonly HeldValue[],
): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>> {
  const { model } = wired.step
  const inputs: Record<string, unknown> = {}
  for (let at = 0; at < wired.fields.length; at++) {
    define<unknown>(inputs, wired.fields[at] ?? '', values[at]?.value)
  }
  return isTypeOnlyAll(model.inputs) ? inputs : checkedInputs(wired, inputs)
}

async function checkedInputs(
  { step }: WiredStep,
  given: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const inputs: Record<string, unknown> = {}
  for (const [field, schema] of Object.entries(step.model.inputs)) {
    const state = step.inputs[field]
    const from = state === undefined ? 'wired to no state' : `the state '${state}'`
    const one = Object.hasOwn(given, field) ? given[field] : undefined
    define<unknown>(
      inputs,
      field,
      await validate(schema, one, `step '${step.name}': input '${field}' (${from})`),
    )
  }
  return inputs
}

/**
 * What a model has given, of the outputs that are wired to state; others are left out (S3).
 *
 * @returns in the order of the step's outputs
 * @throws (or rejects with) `bad-outputs`, `invalid-value`, `unsupported-value`: each names the step, the output, the state
 */
export function outputsOf(
  wired: WiredStep,
  given: unknown,
): readonly HeldValue[] | Promise<readonly HeldValue[]> {
  const { given: names, step } = wired
  if (names.length === 0) return []
  const missing = isRecord(given)
    ? names.filter((name) => !Object.hasOwn(given, name) && isTypeOnly(schemaOf(wired, name)))
    : names
  if (!isRecord(given) || missing.length > 0) {
    const returned = isRecord(given) ? '' : `: it returned ${given === null ? 'null' : typeof given}`
    const shown = missing.map((name) => `'${name}'`).join(', ')
    const of = `step '${step.name}'`
    const message = `${of}: the model '${step.model.name}' did not return ${shown}${returned}`
    throw new UnitflowError('bad-outputs', message, { of, missing, undeclared: [] })
  }
  if (!names.every((name) => isTypeOnly(schemaOf(wired, name)))) return checkedOutputs(wired, given)
  return names.map((name, at) => held(wired, at, given[name]))
}

async function checkedOutputs(
  wired: WiredStep,
  given: Readonly<Record<string, unknown>>,
): Promise<readonly HeldValue[]> {
  const outputs: HeldValue[] = []
  for (const [at, name] of wired.given.entries()) {
    const schema = schemaOf(wired, name)
    const one = Object.hasOwn(given, name) ? given[name] : undefined
    const made = isTypeOnly(schema) ? one : await validate(schema, one, subjectOf(wired, at))
    outputs.push(held(wired, at, made))
  }
  return outputs
}

/** @throws `unsupported-value` */
function held(wired: WiredStep, at: number, value: unknown): HeldValue {
  try {
    return HeldValue.of(value)
  } catch (error) {
    if (!isUnitflowError(error, 'unsupported-value')) throw error
    const message = `${subjectOf(wired, at)}: ${error.message}`
    throw new UnitflowError('unsupported-value', message, error.fields, { cause: error })
  }
}

function subjectOf({ step, given, outputNames }: WiredStep, at: number): string {
  return `step '${step.name}': output '${given[at] ?? ''}' (the state '${outputNames[at] ?? ''}')`
}

function schemaOf({ step }: WiredStep, output: string): Schema {
  const schema = step.model.outputs[output]
  if (schema !== undefined) return schema
  throw new UnitflowError('bad-argument', `expected a schema of ${output}`, {
    argument: output,
    expected: 'a schema',
  })
}

const TYPE_ONLY = new WeakMap<object, boolean>()

function isTypeOnlyAll(fields: Readonly<Record<string, Schema>>): boolean {
  let isAll = TYPE_ONLY.get(fields)
  if (isAll === undefined) TYPE_ONLY.set(fields, (isAll = Object.values(fields).every(isTypeOnly)))
  return isAll
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
