import { expect, test } from 'vitest'
import { CallStacks } from '../../../ts/records/call-stacks.js'

test('calls keep their stacks; who calls very often is shown by one of the calls, and later by its own again', async () => {
  const stacks = new CallStacks()
  const taken = Array.from({ length: 5000 }, function oneOfFiveThousand() {
    return stacks.take()
  })
  expect(new Set(taken.slice(0, 64)).size).toBe(64)
  expect(new Set(taken).size).toBeLessThan(1000)
  for (const { stack } of taken) expect(stack).toContain('oneOfFiveThousand')
  // Another object has its own.
  expect(new CallStacks().take().message).toBe('transact was called here')
  await new Promise((resolve) => setTimeout(resolve, 20))
  const later = (function whoeverComesLater() {
    return stacks.take()
  })()
  expect(later.message).toBe('transact was called here')
  expect(later.stack).toContain('whoeverComesLater')
})
