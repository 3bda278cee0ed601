import { expect } from 'vitest'
import type { ErrorCode } from '../../../ts/errors/index.js'
import { isUnitflowError } from '../../../ts/errors/index.js'

/** Refused with that code, or one of those, and not a record has changed. */
export async function expectRefused(
  { dump }: { readonly dump: () => Promise<string> },
  call: () => unknown,
  ...codes: readonly ErrorCode[]
): Promise<void> {
  const before = await dump()
  const thrown: unknown = await (async () => call())().then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  )
  expect(codes).toContain(isUnitflowError(thrown) ? thrown.code : thrown)
  expect(await dump()).toBe(before)
}
