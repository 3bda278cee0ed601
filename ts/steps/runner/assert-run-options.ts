import { assertThat } from '../../checks/index.js'
import { assertHas, assertObject } from '../values/index.js'
import type { RunOptions } from './runner-types.js'

/** @throws `bad-argument` */
export function assertRunOptions(options: RunOptions): void {
  assertObject('options', options)
  const { force, reuse, keep, signal, onEvent, concurrency } = options
  if (force !== undefined) assertThat('force', 'a list of steps', Array.isArray(force))
  for (const [name, flag] of [
    ['reuse', reuse],
    ['keep', keep],
  ] as const) {
    if (flag !== undefined) assertThat(name, 'true or false', typeof flag === 'boolean')
  }
  if (signal !== undefined) assertHas('signal', 'an AbortSignal', signal, 'addEventListener')
  if (onEvent !== undefined) assertThat('onEvent', 'a function', typeof onEvent === 'function')
  if (concurrency !== undefined) assertConcurrency(concurrency)
}

/** @throws `bad-argument` */
export function assertConcurrency(concurrency: number): void {
  const isCount = concurrency === Infinity || (Number.isSafeInteger(concurrency) && concurrency >= 1)
  assertThat('concurrency', 'a whole number from 1, or Infinity', isCount)
}
