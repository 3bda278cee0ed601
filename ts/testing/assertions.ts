/**
 * The few assertions that the suites need: they run under any test runner, so they bring none.
 *
 * @module
 */
import { type ErrorCode, isUnitflowError } from '../errors/index.js'

/** A conformance test that failed. */
export class ConformanceError extends Error {
  override readonly name: string = 'ConformanceError'
}

/** Fails with this message. */
export function fail(message: string): never {
  throw new ConformanceError(message)
}

/** Fails unless the condition holds. */
export function assertThat(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message)
}

/** Fails unless both are the same plain data. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [show(actual), show(expected)]
  assertThat(found === wanted, `${what}: expected ${wanted}, got ${found}`)
}

/** Fails unless the value is exactly these bytes. */
export function assertBytes(actual: Uint8Array | undefined, expected: Uint8Array, what: string): void {
  if (actual === undefined) fail(`${what}: expected ${expected.length} bytes, got undefined`)
  assertThat(
    Object.prototype.toString.call(actual) === '[object Uint8Array]',
    `${what}: expected a Uint8Array, got ${Object.prototype.toString.call(actual)}`,
  )
  assertEqual(actual.length, expected.length, `${what}: bytes`)
  const different = expected.findIndex((byte, index) => actual[index] !== byte)
  if (different >= 0) {
    fail(`${what}: byte ${different}: expected ${expected[different] ?? ''}, got ${actual[different] ?? ''}`)
  }
}

/** Fails unless the work rejects, or throws, with an error of this code. */
export async function assertRejects(work: () => unknown, code: ErrorCode, what: string): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isUnitflowError(error, code)) return
    throw new ConformanceError(`${what}: expected ${code}, got ${String(error)}`, { cause: error })
  }
  fail(`${what}: expected ${code}, but it succeeded`)
}

function show(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value, (_, part: unknown) => part ?? String(part))
}
