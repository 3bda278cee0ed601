import { assertThat } from '../../checks/index.js'

/** @throws `bad-argument` */
export function assertBytes(argument: string, bytes: number): void {
  assertThat(argument, 'a number of bytes from 0', typeof bytes === 'number' && bytes >= 0)
}
