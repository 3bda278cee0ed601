import { assertThat } from '../../checks/index.js'

/** @throws `bad-argument` for what is no object, or a list */
export function assertObject(argument: string, value: unknown): void {
  assertThat(argument, 'an object', typeof value === 'object' && value !== null && !Array.isArray(value))
}

/** Whether something can be asked for what is only known by what it does. @throws `bad-argument` */
export function assertHas(argument: string, expected: string, value: unknown, method: string): void {
  const isObject = typeof value === 'object' && value !== null
  assertThat(argument, expected, isObject && typeof Reflect.get(value, method) === 'function')
}
