import { Ajv2020 } from 'ajv/dist/2020.js'
import { read } from '../../../architecture/sources.js'

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema | boolean>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly $defs?: Readonly<Record<string, Schema>>
}

export const schema = JSON.parse(read('ts/deciders/history/history.schema.json')) as Schema & {
  readonly $id: string
  readonly $defs: Readonly<Record<string, Schema>>
}

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false })
ajv.addSchema(schema)

/** Whether the schema is one of its draft. */
export function isSchema(): boolean {
  return ajv.validateSchema(schema) === true
}

/** Whether a value is what a definition says. */
export function validator(definition: 'history' | 'event' | 'decision'): (value: unknown) => boolean {
  return ajv.compile({ $ref: `${schema.$id}#/$defs/${definition}` })
}
