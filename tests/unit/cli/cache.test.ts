import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { commandLine, example, processOf, specsOf } from './command-line.js'

describe('cache', () => {
  test('TOUR one line says what came out, what was written, and how long it took', async () => {
    const { run } = await commandLine()
    let now = 0
    const first = await run(['cache', example('order-company.c')], { now: () => (now += 6) })
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toBe(
      'order-company   37 processes, 317 KB -> 24 units, largest 16 KB, median 6.5 KB    24 written, 0 unchanged    6 ms\n',
    )
    const again = await run(['cache', example('order-company.c')])
    expect(again.out).toContain('0 written, 24 unchanged')
  })

  test('only what changed is written', async () => {
    const { run, write } = await commandLine()
    await write('shop.v1.json', specsOf({ Top: ['A', 'B'], A: [], B: [] }))
    expect((await run(['cache', 'shop.v1.json'])).out).toMatch(/^shop {3}3 processes.*3 written, 0 unchanged/)
    await write('shop.v2.json', specsOf({ Top: ['A', 'B'], A: ['B'], B: [] }))
    const report = await run(['cache', 'shop.v2.json', '--json'])
    expect(report.json()).toMatchObject({
      cacheKey: 'shop',
      written: ['A'],
      unchanged: ['B', 'Top'],
      missing: [],
    })
  })

  test('the key: --key, else the name of the file; stdin needs one', async () => {
    const { run } = await commandLine()
    const stdin = specsOf({ Top: [] })
    expect(await run(['cache', '-'], { stdin })).toMatchObject({ code: 2 })
    expect((await run(['cache', '-', '--key', '../a b/\u001b', '--json'], { stdin })).json()).toMatchObject({
      cacheKey: '../a b/\u001b',
    })
    expect((await run(['list', '--json'])).json()).toMatchObject([
      { cacheKey: '../a b/\u001b', top: 'Top', processes: 1 },
    ])
  })

  test('--store is another folder, made by the first write', async () => {
    const { run } = await commandLine()
    await run(['cache', example('approval.c'), '--store', 'deep/er'])
    expect((await run(['list', '--store', 'deep/er'])).out).toContain('approval')
    expect((await run(['list'])).code).toBe(4)
  })

  test('--layout v1 writes what the Python package reads; a key that is no folder is refused', async () => {
    const { run, read } = await commandLine()
    expect(await run(['cache', example('approval.a'), '--layout', 'v1'])).toMatchObject({ code: 0 })
    const folder = '.unitflow/v1/approval'
    expect(JSON.parse(await read(`${folder}/workflow_specs.json`))).toHaveProperty('spec')
    expect(await run(['cache', example('approval.a'), '--layout', 'v1', '--key', 'a/b'])).toMatchObject({
      code: 2,
    })
    expect(await run(['cache', example('approval.a'), '--layout', 'v3'])).toMatchObject({ code: 2 })
  })

  test('U32 --process saves one process into a cached workflow', async () => {
    const { run, write } = await commandLine()
    await write('shop.json', specsOf({ Top: ['A', 'B'], A: [], B: [] }))
    await run(['cache', 'shop.json'])
    await write('a.json', processOf('A', ['C']))
    const saved = await run(['cache', 'a.json', '--key', 'shop', '--process'])
    expect(saved).toMatchObject({ code: 0 })
    expect(saved.out).toMatch(/^shop {3}3 processes -> 3 units.*1 written, 2 unchanged/)
    expect(saved.err).toContain('called, but not in the workflow: 1 process (C)')
    expect(await run(['cache', 'a.json', '--process'])).toMatchObject({ code: 2 })
    expect(await run(['cache', 'a.json', '--key', 'shop', '--process', '--layout', 'v1'])).toMatchObject({
      code: 2,
    })
    expect(await run(['cache', 'a.json', '--key', 'nobody', '--process'])).toMatchObject({ code: 4 })
    // Without --process a single process is refused, and the error says what to do.
    const refused = await run(['cache', 'a.json'])
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('unitflow cache <file> --key <key> --process')
  })

  test('--limit lowers and raises what is taken', async () => {
    const { run } = await commandLine()
    const refused = await run([
      'cache',
      example('approval.c'),
      '--limit',
      'depth=3',
      '--limit',
      'bytes=99999',
    ])
    expect(refused.code).toBe(3)
    expect(refused.err).toMatch(/^error\[limit-exceeded\].* the input has more than 3 levels of nesting/)
    expect(refused.err).toContain('--limit depth=30')
    for (const bad of ['depth', 'depth=', 'depth=x', 'toString=3', 'deep=3', 'depth=-1']) {
      expect(await run(['cache', example('approval.c'), '--limit', bad]), bad).toMatchObject({ code: 2 })
    }
    expect(await run(['cache', example('approval.c'), '--limit', 'depth=0'])).toMatchObject({ code: 2 })
  })

  test('a bar on a terminal only, and only where it takes long', async () => {
    const { run, write } = await commandLine()
    const specs = specsOf(
      Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`p${at}`, [`p${at + 1}`]])),
      'x'.repeat(50_000),
    )
    await write('big.json', specs)
    let now = 0
    const slow = { now: () => (now += 1000) }
    const shown = await run(['cache', 'big.json', '--store', 'a'], { ...slow, tty: true })
    expect(shown.err).toMatch(/writing .*█.* of 20 MB/)
    // The cursor is shown again.
    expect(shown.err.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.err.lastIndexOf('\u001b[?25l'))
    expect((await run(['cache', 'big.json', '--store', 'b'], slow)).err).not.toContain('writing')
    expect((await run(['cache', 'big.json', '--store', 'c', '--json'], { ...slow, tty: true })).err).toBe('')
    expect((await run(['cache', 'big.json', '--store', 'd'], { tty: true, now: () => 0 })).err).not.toContain(
      'writing',
    )
  })
})

describe('input that is refused', () => {
  test('U4 the error has code, pointer, and place; nothing is written', async () => {
    const { run, write } = await commandLine()
    await write('bad.json', specsOf({ Top: ['A'], A: [] }).replace('"inputs":[]', '"inputs":\n7'))
    const refused = await run(['cache', 'bad.json'])
    expect(refused.code).toBe(3)
    expect(refused.out).toBe('')
    expect(refused.err).toMatch(
      /^error\[bad-spec\] \/spec\/task_specs\/Start\/inputs: expected .*, found .*\n {2}in bad\.json, line 2, column 1\n$/,
    )
    expect((await run(['list'])).err).toContain('error[root-missing]')
    const asJson = await run(['cache', 'bad.json', '--json'])
    expect(asJson.out).toBe('')
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: {
        code: 'bad-spec',
        input: 'bad.json',
        fields: { pointer: '/spec/task_specs/Start/inputs', line: 2 },
      },
      exitCode: 3,
    })
  })

  test('U4 text that is no JSON', async () => {
    const { run } = await commandLine()
    const refused = await run(['decompose', '-'], { stdin: '{"spec": {]' })
    expect(refused.code).toBe(3)
    expect(refused.err).toMatch(
      /^error\[not-json\] \/spec: expected .*, found .*\n {2}in stdin, line 1, column 11\n/,
    )
  })

  test('U33 BPMN, gzip, a state, a list: what it is, and what to do', async () => {
    const { run, write } = await commandLine()
    await write(
      'order.bpmn',
      '<?xml version="1.0"?>\n<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    )
    for (const command of ['cache', 'decompose', 'check', 'graph']) {
      const refused = await run([command, 'order.bpmn'])
      expect(refused, command).toMatchObject({ code: 3, out: '' })
      expect(refused.err).toMatch(
        /^error\[not-a-spec\] order\.bpmn: this is BPMN XML, a diagram, not a workflow spec\.\nhint: .*examples\/export-specs/,
      )
    }
    await write('specs.json.gz', gzipSync(specsOf({ Top: [] })))
    expect((await run(['cache', 'specs.json.gz'])).err).toMatch(/this is gzip.*\nhint: Decompress/)
    expect((await run(['cache', '-', '--key', 'k'], { stdin: '[]' })).err).toContain(
      'error[not-a-spec] stdin: this is a list',
    )
    const asJson = await run(['cache', 'order.bpmn', '--json'])
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'not-a-spec', fields: { kind: 'bpmn-xml' }, input: 'order.bpmn' },
    })
  })

  test('a file that is not there, or a folder', async () => {
    const { run } = await commandLine()
    expect(await run(['cache', 'nope.json'])).toMatchObject({
      code: 4,
      err: 'error[file] cannot read nope.json: there is no such file or folder\n',
    })
    expect((await run(['cache', '.', '--key', 'x'])).err).toContain('it is a folder')
  })
})

describe('decompose', () => {
  test('U18 shows the units and writes nothing', async () => {
    const { run } = await commandLine()
    const shown = await run(['decompose', example('order-company.c')])
    expect(shown).toMatchObject({ code: 0, err: '' })
    expect(shown.out).toContain('37 processes, 317 KB -> 24 units, largest 16 KB, median 6.5 KB')
    expect(shown.out).toMatch(/^Order +10 KB +Payment, Shipping$/m)
    expect(shown.out).toMatch(/^Carton_Split +4\.5 KB +1 {2}itself$/m)
    expect((await run(['list'])).code).toBe(4)
  })

  test('--json is the manifest', async () => {
    const { run } = await commandLine()
    const manifest = (
      await run(['decompose', '-', '--json'], { stdin: await readFile(example('approval.c')) })
    ).json()
    expect(manifest).toMatchObject({
      top: 'Approval',
      version: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
  })

  test('a terminal shows the largest, a pipe and --all show all', async () => {
    const { run, write } = await commandLine()
    await write(
      'many.json',
      specsOf(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`p${at}`, []]))),
    )
    const lines = (text: string): number => text.match(/^p\d+ /gm)?.length ?? 0
    const plain = { env: { NO_COLOR: '1' }, tty: true }
    const shown = await run(['decompose', 'many.json'], plain)
    expect(lines(shown.out)).toBe(50)
    expect(shown.err).toContain('and 10 more units: --all shows them')
    expect(lines((await run(['decompose', 'many.json', '--all'], plain)).out)).toBe(60)
    expect(lines((await run(['decompose', 'many.json'])).out)).toBe(60)
  })
})

test('a store that fails tells the command, and is closed', async () => {
  const { run } = await commandLine()
  let closed = 0
  const store = createMemoryStore()
  const outcome = await run(['cache', example('approval.c')], {
    io: {
      createStore: () => ({
        ...store,
        keys: (prefix) => store.keys(prefix),
        get: (key) => store.get(key),
        getMany: (keys) => store.getMany(keys),
        set: () => Promise.reject(new Error('the medium is gone')),
        setMany: () => Promise.reject(new Error('the medium is gone')),
        close: () => {
          closed++
          return store.close()
        },
      }),
    },
  })
  expect(outcome.code).toBe(4)
  expect(outcome.err).toContain('the medium is gone')
  expect(closed).toBe(1)
})
