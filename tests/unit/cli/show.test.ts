import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine, example, specsOf } from './command-line.js'

const EXAMPLE = 'examples/workflows/order-company.c.json'

test('without a file it takes the example company: units, sizes, calls, where the cache lies, what was written', async () => {
  const { run, folder } = await commandLine()
  await mkdir(join(folder, dirname(EXAMPLE)), { recursive: true })
  await cp(example('order-company.c'), join(folder, EXAMPLE))
  const shown = await run(['show'])
  expect(shown).toMatchObject({ code: 0, err: '' })
  expect(shown.out).toMatch(
    /^order-company {3}37 processes, 317 KB -> 24 units, .* 24 written, 0 unchanged {4}\d+ ms\n/,
  )
  expect(shown.out).toContain(`from ${EXAMPLE}, kept in ${join(folder, '.unitflow')}`)
  expect(shown.out).toMatch(/^Refund +5\.9 KB +3 {2}Currency_Conversion, Dispute,$/m)
  expect((await run(['show'])).out).toContain('0 written, 24 unchanged')
})

test('what to type next works', async () => {
  const { run, write } = await commandLine()
  await write("it's mine.json", specsOf({ Top: ['A'], A: [] }))
  const shown = await run(['show', "it's mine.json", '--store', 'the cache', '--key', 'a b/c'])
  const next = (
    (await run(['show', "it's mine.json", '--store', 'the cache', '--key', 'a b/c', '--json'])).json() as {
      next: { args: string[] }[]
    }
  ).next
  expect(next.map(({ args }) => args[0])).toEqual(['read', 'read', 'describe', 'graph', 'affected', 'cache'])
  for (const { args } of next) expect(await run(args), args.join(' ')).toMatchObject({ code: 0 })
  expect(shown.out).toContain(`unitflow read 'a b/c' Top --at Top/call_0 --store 'the cache'`)
  expect(shown.out).toContain(`unitflow cache 'it'\\''s mine.json' --key 'a b/c' --store 'the cache'`)
})

test('where the example is not there, a file must be named', async () => {
  const { run } = await commandLine()
  const refused = await run(['show'])
  expect(refused.code).toBe(2)
  expect(refused.err).toContain('hint: Name a file: unitflow show <specs>')
  expect(await run(['show', 'nope.json'])).toMatchObject({ code: 4 })
})
