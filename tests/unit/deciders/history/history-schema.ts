import { createRequire } from 'node:module'
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

type Validate = ((value: unknown) => boolean) & {
  readonly errors?: readonly { readonly message?: string }[] | null
}
type Ajv2020 = new (options: object) => {
  addSchema(schema: object): void
  validateSchema(schema: object): boolean | Promise<unknown>
  compile(schema: object): Validate
}

/** The one that webpack validates its own options with: no dependency of this project is a validator of this draft. */
const fromWebpack = createRequire(createRequire(import.meta.url).resolve('webpack'))
const fromSchemaUtils = createRequire(fromWebpack.resolve('schema-utils'))
const { default: Ajv } = fromSchemaUtils('ajv/dist/2020.js') as { readonly default: Ajv2020 }

const ajv = new Ajv({ strict: true, strictTypes: false, strictTuples: false })
ajv.addSchema(schema)

/** Whether the schema is one of its draft. */
export function isSchema(): boolean {
  return ajv.validateSchema(schema) === true
}

/** Whether a value is what a definition says. */
export function validator(definition: 'history' | 'event' | 'decision'): (value: unknown) => boolean {
  return ajv.compile({ $ref: `${schema.$id}#/$defs/${definition}` })
}
