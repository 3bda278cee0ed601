import { expect, test } from 'vitest'
import { ORDER, unitsBench } from './work-units.js'

const ARGV = ['orders.json', '--bind', 'functions.mjs', '--db', 'shop.db']

test('U36 what waits for people is listed, and completed from elsewhere; the run goes on from there', async () => {
  const { units, run } = await unitsBench()
  expect(await units([...ARGV, '--id', 'o-1'])).toMatchObject({ code: 5 })
  const { out } = await run(['processes', 'waiting', 'shop.db', 'o-1'])
  expect(out.split('\n')[1]).toMatch(
    /^Approve the order \(Approve\) {2}Finance {2}o-1 .*\{"order":\{"total":120\}\}$/,
  )
  const complete = (...more: readonly string[]): ReturnType<typeof run> =>
    run(['processes', 'complete', 'shop.db', 'o-1', ...more])
  expect(await complete('Aprove')).toMatchObject({
    code: 4,
    err: expect.stringMatching(
      /^error\[no-such-task\] .*\nhint: What waits: Approve the order \(Approve\) /,
    ) as string,
  })
  expect(await complete('Approve', '[1]')).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected a JSON object of variables') as string,
  })
  expect(await complete('Approve', '{}', '--fail', 'x')).toMatchObject({ code: 2 })
  expect(await complete('Approve', '{"approved":true}')).toMatchObject({
    code: 0,
    out: 'Approve the order (Approve) of o-1 is completed\n',
  })
  expect((await run(['processes', 'waiting', 'shop.db', '--json'])).json()).toEqual({ tasks: [] })
  expect(await run(['processes', 'waiting', 'shop.db', 'nobody'])).toMatchObject({ code: 4 })
  // A task of a process that it has called is one of its own, too.
  expect(await units([...ARGV, '--id', 'o-1'])).toMatchObject({ code: 5 })
  expect(await complete('Pack', '--fail', 'out of boxes')).toMatchObject({ code: 0 })
  expect(await units([...ARGV, '--id', 'o-1'])).toMatchObject({
    code: 1,
    out: expect.stringContaining('out of boxes') as string,
  })
})

test('U37 the history of a run tells its elements by their drawn names', async () => {
  const { units, run } = await unitsBench()
  expect(await units([...ARGV, '--id', 'o-1'], { stdin: '{"approved":true}\n{}' })).toMatchObject({ code: 0 })
  const events = async (...more: readonly string[]): Promise<readonly string[]> => {
    const { out } = await run(['history', 'o-1', '--db', 'shop.db', '--events', ...more])
    return out.split('\n').map((text) => text.replace(/^.*?\.\d{3} {2}/, ''))
  }
  const told = await events()
  expect(told[0]).toBe('process-started Order@1.0 {}')
  expect(told.find((text) => text.startsWith('marker functions'))).toContain(
    'marker functions [{"Register":{"order":',
  )
  expect(told).toContain('decision schedule-activity Approve the order (Approve) {"order":{"total":120}}')
  expect(told).toContain('activity Approve the order (Approve) completed {"approved":true}')
  expect(told).toContain('decision start-timer Overdue 3 d')
  expect(told.some((text) => /^child-process Shipping #\d+ completed/.test(text))).toBe(true)
  expect(told.join('\n')).not.toContain('orders/human')
  const named = await events('--store', '.unitflow')
  expect(named).toContain('decision start-timer Three days without an answer (Overdue) 3 d')
  expect(named).toContain('timer-canceled Three days without an answer (Overdue)')
  const { out: drawn } = await run(['processes', 'history', 'shop.db', 'o-1'], { columns: 120 })
  expect(drawn).toMatch(/^Order o-1 {2}completed /)
  expect(drawn).toContain('\nApprove the order (Approve) ')
  expect(drawn).toContain('\nmarker functions ')
  await run(['history', 'o-1', '--db', 'shop.db', '--svg', 'o.svg'])
  // For machines events stay what they are.
  const { out } = await run(['history', 'o-1', '--db', 'shop.db', '--json'])
  expect(out).toContain('"activity":"orders/human"')
})

test('U38 two workflows share a file, and leave each other alone', async () => {
  const { units, write, run } = await unitsBench()
  await write('others.json', ORDER)
  expect(await units([...ARGV, '--id', 'o-1'], { stdin: '{"approved":true}' })).toMatchObject({ code: 5 })
  const others = ['others.json', '--bind', 'functions.mjs', '--db', 'shop.db', '--id', 'x-1']
  expect(await units(others, { stdin: '{"approved":true}\n{}' })).toMatchObject({ code: 0 })
  const { out } = await run(['processes', 'waiting', 'shop.db'])
  expect(out.split('\n').filter((text) => text.includes('Pack'))).toHaveLength(1)
})
