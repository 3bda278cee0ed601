import { describe, expect, test } from 'vitest'
import { commandLine, example, specsOf } from './command-line.js'
import type { CommandLine } from './command-line.js'

const OLD = { Top: ['A', 'B'], A: ['Shared'], B: [], Shared: [], Old: [] }
const NEW = { Top: ['A', 'B'], A: ['Shared'], B: [], Shared: ['New'], New: [] }

async function versions(): Promise<CommandLine> {
  const line = await commandLine()
  await line.write('old.json', specsOf(OLD))
  await line.write('new.json', specsOf(NEW))
  return line
}

describe('diff', () => {
  test('U24 added, removed, changed, elements gone; exit code 1', async () => {
    const { run } = await versions()
    const differs = await run(['diff', 'old.json', 'new.json'])
    expect(differs.code).toBe(1)
    expect(differs.out).toBe(
      '+ New\n- Old\n~ Shared\n\nElements that are gone; a run that stands there cannot move over:\n  Old/Start\n',
    )
    expect(await run(['diff', 'old.json', 'old.json'])).toMatchObject({
      code: 0,
      out: '',
      err: 'the two versions are the same\n',
    })
    const asJson = await run(['diff', 'old.json', 'new.json', '--json'])
    expect(asJson).toMatchObject({ code: 1 })
    expect(asJson.json()).toMatchObject({
      same: false,
      added: ['New'],
      removed: ['Old'],
      changed: ['Shared'],
      affected: ['A', 'Shared', 'Top'],
      elementsGone: [{ processId: 'Old', elementId: 'Start' }],
    })
  })

  test('a version is a file, stdin, a cache key, or key:NAME', async () => {
    const { run, write } = await versions()
    await run(['cache', 'old.json', '--key', 'shop'])
    expect(await run(['diff', 'shop', 'old.json'])).toMatchObject({ code: 0 })
    expect(await run(['diff', 'key:shop', '-'], { stdin: specsOf(OLD) })).toMatchObject({ code: 0 })
    expect(await run(['diff', '-', 'new.json'], { stdin: specsOf(OLD) })).toMatchObject({ code: 1 })
    // A file of that name comes first; key: says that the cache is meant.
    await write('shop', specsOf(NEW))
    expect(await run(['diff', 'shop', 'new.json'])).toMatchObject({ code: 0 })
    expect(await run(['diff', 'key:shop', 'new.json'])).toMatchObject({ code: 1 })
    expect(await run(['diff', '-', '-'])).toMatchObject({ code: 2 })
    expect((await run(['diff', 'nowhere', 'new.json'])).err).toMatch(
      /^error\[unknown-cache-key\] "nowhere" is neither a file nor a cache key of ".unitflow"/,
    )
    expect(await run(['diff', 'key:nowhere', 'new.json'])).toMatchObject({ code: 4 })
    expect(await run(['diff', 'nowhere', 'new.json', '--store', 'none'])).toMatchObject({ code: 4 })
  })

  test('what stands beside the processes makes a version too', async () => {
    const { run, write } = await versions()
    await write('stamped.json', specsOf(OLD).replace('"serializer_version":"3"', '"serializer_version":"4"'))
    const differs = await run(['diff', 'old.json', 'stamped.json'])
    expect(differs).toMatchObject({ code: 1, out: '' })
    expect(differs.err).toContain('the processes are the same')
  })
})

describe('affected', () => {
  test('U24 U38 what to test again, and why; what is gone is noted', async () => {
    const { run } = await versions()
    const affected = await run(['affected', 'old.json', 'new.json'])
    expect(affected.code).toBe(0)
    expect(affected.out.split('\n')).toEqual([
      'Process  Why      Through',
      'A        reaches  Shared',
      'New      new',
      'Shared   changed',
      'Top      reaches  A',
      '',
    ])
    expect(affected.err).toBe('removed: Old\n4 processes of 5\n')
    expect((await run(['affected', 'old.json', 'new.json', '--ids-only'])).out).toBe('A\nNew\nShared\nTop\n')
    expect((await run(['affected', 'old.json', 'new.json', '--json'])).json()).toMatchObject([
      { id: 'A', because: 'reaches', through: ['Shared'] },
      { id: 'New', because: 'new' },
      { id: 'Shared', because: 'changed' },
      { id: 'Top', because: 'reaches' },
    ])
    expect(await run(['affected', 'old.json', 'old.json'])).toMatchObject({
      code: 0,
      out: '',
      err: 'nothing is affected\n',
    })
    expect(await run(['affected', 'old.json', 'old.json', '--ids-only'])).toMatchObject({
      code: 0,
      out: '',
      err: '',
    })
  })
})

describe('check', () => {
  test('calls that lead nowhere: exit code 1, with the places', async () => {
    const { run, write } = await commandLine()
    await write('shop.json', specsOf({ Top: ['A', 'Gone'], A: ['Gone', 'Far'], Alone: [] }))
    const checked = await run(['check', 'shop.json'])
    expect(checked.code).toBe(1)
    expect(checked.out).toContain('2 processes called and nowhere in the workflow')
    expect(checked.out).toMatch(/^Gone +(A +call_0|Top +call_1)$/m)
    expect(checked.out).toMatch(/^Far +A +call_1$/m)
    expect(checked.err).toBe('never reached from the top: Alone\n')
    expect((await run(['check', 'shop.json', '--json'])).json()).toMatchObject({
      ok: false,
      missing: expect.arrayContaining([
        { processId: 'Far', from: [{ processId: 'A', elements: ['call_1'] }] },
      ]) as unknown,
      unreached: ['Alone'],
      notSplit: [],
    })
  })

  test('fine: exit code 0', async () => {
    const { run } = await commandLine()
    const checked = await run(['check', example('order-company.c')])
    expect(checked).toMatchObject({
      code: 0,
      err: '',
      out: 'fine: all calls of 37 processes lead to a process\n',
    })
    expect((await run(['check', example('order-company.c'), '--json'])).json()).toMatchObject({
      ok: true,
      missing: [],
    })
  })
})

describe('describe', () => {
  test('U34 a process as it was drawn, from a file and from the cache', async () => {
    const { run } = await commandLine()
    await run(['cache', example('order-company.c'), '--key', 'orders'])
    const fromFile = await run(['describe', example('order-company.c'), 'Payment'])
    expect(fromFile).toMatchObject({ code: 0, err: '' })
    expect(fromFile.out).toMatch(/^Payment {3}Take a payment {3}[0-9a-f]{12}\n/)
    expect(fromFile.out).toMatch(/^Fraud_Found +exclusive-gateway +Fraud\? +Payment_Rejected$/m)
    expect((await run(['describe', 'orders', 'Payment'])).out).toBe(fromFile.out)
    expect((await run(['describe', 'key:orders', 'Payment', '--json'])).json()).toMatchObject({
      processId: 'Payment',
      elements: expect.arrayContaining([
        expect.objectContaining({ id: 'Check_Fraud', calls: 'Fraud_Check' }),
      ]) as unknown,
    })
    // One that is stored with another.
    expect(await run(['describe', 'orders', 'Collect_Payment'])).toMatchObject({ code: 0 })
    expect(await run(['describe', 'orders', 'Nope'])).toMatchObject({ code: 4 })
    expect(await run(['describe', 'nobody', 'Nope'])).toMatchObject({ code: 4 })
  })
})
