import { expect, test } from 'vitest'
import { xmlFault } from '../graph/well-formed.js'
import { actsOnTerminal, commandLine, example, specsOf } from './command-line.js'

test('Mermaid to stdout, unless one says otherwise', async () => {
  const { run } = await commandLine()
  const drawn = await run(['graph', example('approval.c')])
  expect(drawn).toMatchObject({ code: 0, err: '' })
  expect(drawn.out).toMatch(/^flowchart LR\n {2}n0\["Approval<br\/>4\.7 KB"\]\n/)
  expect((await run(['graph', example('approval.c'), '--format', 'mermaid'])).out).toBe(drawn.out)
})

test('-o: the name tells the format, --format overrules it', async () => {
  const { run, read } = await commandLine()
  await run(['cache', example('order-company.c'), '--key', 'orders'])
  const drawn = await run(['graph', 'key:orders', '-o', 'calls.SVG'])
  expect(drawn).toMatchObject({ code: 0, out: '', err: 'calls.SVG: 24 units, 41 edges\n' })
  const svg = await read('calls.SVG')
  expect(xmlFault(svg)).toBeUndefined()
  expect(svg).toContain('37 processes in 24 units')
  await run(['graph', 'orders', '-o', 'calls.mmd'])
  expect(await read('calls.mmd')).toMatch(/^flowchart LR/)
  await run(['graph', 'orders', '-o', 'calls.json'])
  expect(JSON.parse(await read('calls.json'))).toMatchObject({ top: 'Order', processes: 37 })
  await run(['graph', 'orders', '-o', 'calls.txt', '--format', 'svg'])
  expect(await read('calls.txt')).toBe(svg)
  expect(await run(['graph', 'orders', '-o', 'calls.txt'])).toMatchObject({ code: 2 })
  expect(await run(['graph', 'orders', '-o', 'no/such/calls.svg'])).toMatchObject({ code: 4 })
})

test('--json is the graph; with -o it tells about the file', async () => {
  const { run } = await commandLine()
  const graph = (await run(['graph', example('order-company.c'), '--json'])).json()
  expect(graph).toMatchObject({ top: 'Order', nodes: { length: 24 }, edges: { length: 41 } })
  expect((await run(['graph', example('approval.c'), '--json', '-o', 'a.svg'])).json()).toEqual({
    file: 'a.svg',
    format: 'svg',
    units: 3,
    edges: 2,
    hidden: 0,
  })
  expect(await run(['graph', example('approval.c'), '--json', '--format', 'svg'])).toMatchObject({ code: 2 })
})

test('--levels', async () => {
  const { run } = await commandLine()
  const graph = (await run(['graph', example('order-company.c'), '--levels', '1', '--json'])).json()
  expect(graph).toMatchObject({ nodes: [{ id: 'Order' }, { id: 'Payment' }, { id: 'Shipping' }] })
  for (const bad of ['-1', 'x', '1.5', '']) {
    expect(await run(['graph', example('approval.c'), `--levels=${bad}`]), bad).toMatchObject({ code: 2 })
  }
})

test('U28 ids in a drawing stay text', async () => {
  const { run } = await commandLine()
  const stdin = specsOf({ '<script>alert(1)</script>': ['"]\u001b[2J'], '"]\u001b[2J': [] })
  const svg = await run(['graph', '-', '--format', 'svg'], { stdin })
  expect(svg.code).toBe(0)
  expect(xmlFault(svg.out)).toBeUndefined()
  expect(svg.out).not.toContain('<script')
  const mermaid = await run(['graph', '-'], { stdin })
  expect(mermaid.out).not.toContain('<script')
  expect(actsOnTerminal(mermaid.out)).toBe(false)
})

test('a workflow that is too large to draw: the part near the top, and what to do instead', async () => {
  const { run, write, read } = await commandLine()
  const calls = Array.from(
    { length: 3000 },
    (_, at) =>
      [
        `p${at}`,
        [`p${at * 2 + 1}`, `p${at * 2 + 2}`].filter((_id, side) => at * 2 + side + 1 < 3000),
      ] as const,
  )
  await write('large.json', specsOf(Object.fromEntries(calls)))
  const drawn = await run(['graph', 'large.json', '-o', 'large.svg'])
  expect(drawn.code).toBe(0)
  expect(drawn.err).toMatch(
    /^large\.svg: 400 units, 399 edges\nthe drawing shows the 400 units nearest to the top and leaves out 2,600: --levels/,
  )
  expect(await read('large.svg')).toContain('2600 more are left out')
  const mermaid = await run(['graph', 'large.json'])
  expect(mermaid.out.match(/-->/g)).toHaveLength(2999)
  expect(mermaid.err).toContain('Mermaid draws more than 500 edges only where it is configured so')
})
