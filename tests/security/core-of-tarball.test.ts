import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { modulesInText } from '../../scripts/core-of-tarball.mjs'

const core = readFileSync(new URL('../../wasm-pkg/unitflow_bg.wasm', import.meta.url))

test('a module that stands in code as base64 is found, whole, whatever the quotes', () => {
  for (const quote of [`"`, `'`, '`']) {
    const code = `var a = "AGFz"; var b = ${quote}${core.toString('base64')}${quote}; f(b)`
    expect(modulesInText(code)).toEqual([core])
  }
  expect(modulesInText('no module, not even "AGFzbQ"')).toEqual([])
})

test('one altered byte makes another module', () => {
  const altered = Buffer.from(core)
  altered[100] = (altered[100] ?? 0) ^ 1
  const [found] = modulesInText(`"${altered.toString('base64')}"`)
  expect(found?.equals(core)).toBe(false)
})
