import { describe, expect, test } from 'vitest'
import { unitJson, readElementUnit } from '../../../ts/units/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'
import { VERSION } from '../../../ts/version.js'
import { commandLine, example, specsOf } from './command-line.js'
import type { CommandLine } from './command-line.js'

async function withCompany(): Promise<CommandLine> {
  const line = await commandLine()
  await line.run(['cache', example('order-company.c'), '--key', 'orders'])
  return line
}

interface UnitText {
  readonly spec: { readonly name: string }
  readonly subprocess_specs: Readonly<Record<string, unknown>>
  readonly serializer_version?: string
}

describe('read', () => {
  test('U19 prints the unit to start with, the very text that the library gives', async () => {
    const { run, folder } = await withCompany()
    const outcome = await run(['read', 'orders', 'Order'])
    const store = createFilesystemStore({ root: `${folder}/.unitflow` })
    expect(outcome).toMatchObject({ code: 0, err: '' })
    expect(outcome.out).toBe(`${unitJson(await readElementUnit(store, 'orders', { processId: 'Order' }))}\n`)
    await store.close()
  })

  test('U20 --at, several times, as Element and as Process/Element', async () => {
    const { run } = await withCompany()
    const at = async (...elements: string[]): Promise<string[]> => {
      const outcome = await run([
        'read',
        'orders',
        'Order',
        ...elements.flatMap((element) => ['--at', element]),
      ])
      expect(outcome.code).toBe(0)
      return Object.keys((outcome.json() as UnitText).subprocess_specs).sort()
    }
    expect(await at()).toEqual([])
    expect(await at('Charge_Card')).toEqual(['Collect_Payment', 'Payment', 'Payment_Cancelled'])
    expect(await at('Carton_Split/Split_Again')).toEqual(['Carton_Split', 'Hand_Over', 'Shipping'])
    expect(await at('Order/Take_Payment', 'Split_Again')).toEqual(['Carton_Split', 'Hand_Over', 'Shipping'])
    const nowhere = await run(['read', 'orders', 'Order', '--at', 'Nowhere'])
    expect(nowhere).toMatchObject({ code: 4, out: '' })
    expect(nowhere.err).toContain('error[unknown-element] "Order" reaches no process that holds "Nowhere"')
  })

  test('ids that hold slashes themselves', async () => {
    const { run, write } = await commandLine()
    const text = specsOf({ Top: ['a/b', 'x'], 'a/b': ['x'], x: ['x'] }).replaceAll('call_0', 'c/0')
    await write('odd.json', text)
    await run(['cache', 'odd.json'])
    const included = async (element: string): Promise<unknown> =>
      (await run(['read', 'odd', 'Top', '--at', element, '--json'])).json()
    expect(await included('a/b/c/0')).toMatchObject({ included: ['Top', 'a/b'] })
    expect(await included('x/c/0')).toMatchObject({ included: ['Top', 'a/b', 'x'] })
    // As it stands it is an element of all three.
    expect(await included('c/0')).toMatchObject({ included: ['Top', 'a/b', 'x'] })
    expect(await run(['read', 'odd', 'Top', '--at', 'no/such'])).toMatchObject({ code: 4 })
  })

  test('-o writes a file, --json tells about it', async () => {
    const { run, read } = await withCompany()
    const outcome = await run(['read', 'orders', 'Order', '-o', 'unit.json'])
    expect(outcome).toMatchObject({
      code: 0,
      out: '',
      err: 'unit.json: 10 KB, 1 process, 2 more when a run gets there\n',
    })
    const text = await read('unit.json')
    expect((JSON.parse(text) as UnitText).spec.name).toBe('Order')
    const told = await run(['read', 'orders', 'Order', '-o', 'unit.json', '--json'])
    expect(told.json()).toEqual({
      key: 'orders',
      processId: 'Order',
      bytes: text.length - 1,
      included: ['Order'],
      lazy: ['Payment', 'Shipping'],
      missing: [],
      file: 'unit.json',
    })
    const inline = (await run(['read', 'orders', 'Order', '--json'])).json()
    expect(inline).toMatchObject({ lazy: ['Payment', 'Shipping'], unit: JSON.parse(text) as unknown })
    expect(await run(['read', 'orders', 'Order', '-o', 'no/folder/unit.json'])).toMatchObject({ code: 4 })
  })

  test('U15 --stamp sets serializer_version', async () => {
    const { run } = await withCompany()
    const version = async (...flags: string[]): Promise<unknown> =>
      ((await run(['read', 'orders', 'Order', ...flags])).json() as UnitText).serializer_version
    const own = await version()
    expect(own).not.toBe(`unitflow-${VERSION}`)
    expect(await version('--stamp')).toBe(`unitflow-${VERSION}`)
    expect(await version('--stamp', 'mine')).toBe('mine')
  })

  test('U15 --layout v1', async () => {
    const { run } = await commandLine()
    await run(['cache', example('approval.a'), '--layout', 'v1'])
    const outcome = await run(['read', 'approval', 'Approval', '--layout', 'v1'])
    expect((outcome.json() as UnitText).spec.name).toBe('Approval')
    expect(await run(['read', 'approval', 'Nope', '--layout', 'v1'])).toMatchObject({ code: 4 })
    expect(
      await run(['read', 'approval', 'Approval', '--layout', 'v1', '--at', 'a', '--at', 'b']),
    ).toMatchObject({ code: 2 })
    expect((await run(['read', 'approval', 'Approval', '--layout', 'v1', '--json'])).json()).toMatchObject({
      key: 'approval',
      unit: { spec: { name: 'Approval' } },
    })
  })

  test('unknown keys and processes, and a store that is not there', async () => {
    const { run } = await withCompany()
    expect((await run(['read', 'nobody', 'Order'])).err).toMatch(
      /^error\[unknown-cache-key\] nothing is cached under "nobody"\nhint: unitflow list /,
    )
    expect((await run(['read', 'orders', 'Nope'])).err).toMatch(
      /^error\[unknown-process\] the workflow "orders" has no process "Nope"/,
    )
    const missing = await run(['read', 'orders', 'Order', '--store', 'elsewhere'])
    expect(missing.code).toBe(4)
    expect(missing.err).toMatch(
      /^error\[root-missing\].*elsewhere.*\nhint: Nothing was cached there yet: unitflow cache/,
    )
    expect((await run(['read', 'nobody', 'Order'])).code).toBe(4)
    expect(await run(['read', 'orders'])).toMatchObject({ code: 2 })
  })
})
