import { assertName, assertThat } from '../checks/index.js'
import { assertSchema } from '../schema/index.js'
import type { Fields } from './fields.js'

/** @throws `bad-argument` */
export function assertFields(fields: Fields, argument: string): void {
  const isRecord = typeof fields === 'object' && (fields as unknown) !== null && !Array.isArray(fields)
  assertThat(argument, 'an object of schemas by name', isRecord)
  for (const [name, schema] of Object.entries(fields)) {
    assertName(name, `${argument}: the name ${JSON.stringify(name.slice(0, 100))}`)
    assertSchema(schema, `${argument}.${name}`)
  }
}
