import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit } from 'unitflow'
import type { ElementUnit } from 'unitflow'
import { type Engine, fetchUnit, runLazily } from '../../examples/edge-function/client.js'
import { nodeVersions } from '../packaging/node-versions.js'
import { run } from '../packaging/run.js'
import { edgeFunction, edited, later } from './edge-function-worker.js'

const edge = edgeFunction('edge-function-client')

interface Process {
  readonly task_specs: Readonly<Record<string, { readonly typename: string; readonly spec?: string }>>
}
interface State {
  readonly tasks: Record<string, { readonly task_spec: string }>
  readonly subprocesses: Record<string, { readonly spec: string; readonly tasks: State['tasks'] }>
}

/** Enters every task of every process, and each call once; stops before a process that it was not given. */
function walkingEngine(
  onStep: () => Promise<void> = async () => undefined,
): Engine<State> & { readonly steps: string[][] } {
  const steps: string[][] = []
  const enter = ({ task_specs }: Process): State['tasks'] =>
    Object.fromEntries(Object.keys(task_specs).map((name) => [name, { task_spec: name }]))
  const read = (workflow: string) =>
    JSON.parse(workflow) as { spec: Process; subprocess_specs: Record<string, Process> }
  const calls = ({ spec, subprocess_specs }: ReturnType<typeof read>, state: State): string[] => {
    const entered = [spec, ...Object.values(state.subprocesses).map(({ spec: id }) => subprocess_specs[id]!)]
    const called = entered.flatMap(({ task_specs }) =>
      Object.values(task_specs).flatMap(({ spec: id }) => id ?? []),
    )
    return [...new Set(called)].filter((id) => !(id in state.subprocesses))
  }
  let isDone = false
  return {
    steps,
    start: (workflow) => ({ tasks: enter(read(workflow).spec), subprocesses: {} }),
    async advance(workflow, state) {
      await onStep()
      const loaded = read(workflow)
      const next = calls(loaded, state)
      steps.push(next)
      isDone = next.length === 0
      const entered = next.map(
        (id) => [id, { spec: id, tasks: enter(loaded.subprocess_specs[id]!) }] as const,
      )
      return { ...state, subprocesses: { ...state.subprocesses, ...Object.fromEntries(entered) } }
    },
    isDone: () => isDone,
  }
}

/** All that can be reached from the top, by any `spec` of a task. */
function reachable(text: string): string[] {
  const { spec, subprocess_specs } = JSON.parse(text) as {
    spec: Process & { name: string }
    subprocess_specs: Record<string, Process>
  }
  const reached = new Map<string, Process>([[spec.name, spec]])
  for (const process of reached.values()) {
    for (const { spec: id } of Object.values(process.task_specs)) {
      if (id !== undefined && id in subprocess_specs && !reached.has(id))
        reached.set(id, subprocess_specs[id]!)
    }
  }
  return [...reached.keys()].sort()
}

describe('the lazy loop', () => {
  test('fetches what is called piece by piece, and ends with all that can be reached', async () => {
    await edge.put('orders')
    const asked: string[] = []
    const noted: typeof fetch = (input, init) => {
      asked.push(new URL(input instanceof Request ? input.url : input).pathname.split('/').at(-1)!)
      return fetch(input, init)
    }
    const engine = walkingEngine()
    const source = edge.source('acme-read', noted)
    const { unit, state } = await runLazily(source, 'Order', engine)
    expect(unit.included).toEqual(reachable(edge.specs))
    expect(unit.included.length).toBe(37)
    expect(unit.lazy).toEqual([])
    expect(asked[0]).toBe('Order')
    // Each call of the order is asked for, once, and what is drawn in a process came with it.
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked.length).toBe(24)
    expect(engine.steps.filter((step) => step.length > 0).length).toBeGreaterThan(3)
    expect(new Set(Object.values(state.subprocesses).map(({ spec }) => spec)).size).toBe(36)
  })

  test('keeps to the version that it began with', async () => {
    const { version: before } = await edge.put('orders')
    let edits = 0
    const engine = walkingEngine(async () => {
      if (edits++ > 0) return
      for (const id of ['Payment', 'Refund']) await edge.put('orders', edited(edge.specs, id))
    })
    const source = edge.source('acme-read', later)
    const { unit } = await runLazily(source, 'Order', engine)
    const memory = createMemoryStore()
    await cacheElementUnitsForWorkflow(memory, 'orders', edge.specs)
    for (const id of ['Payment', 'Refund']) {
      const { specs: expected } = await readElementUnit(memory, 'orders', { processId: id })
      expect(unit.specs[id]).toEqual(expected[id])
    }
    expect((await fetchUnit(source, { processId: 'Order' })).version).not.toBe(before)
  })

  test('throws the error that the server told of, with its code and fields', async () => {
    await edge.put('orders')
    const source = edge.source()
    const elements = ['a/b', { processId: 'Ord%er', elementId: 'ü &=+' }]
    await expect(fetchUnit(source, { processId: 'Order', elements })).rejects.toMatchObject({
      code: 'unknown-element',
      fields: { cacheKey: 'orders', processId: 'Order', elements: ['a/b', 'Ord%er/ü &=+'] },
    })
    await expect(fetchUnit({ ...source, token: 'nobody' }, { processId: 'Order' })).rejects.toThrow('401')
    const signal = AbortSignal.abort(new Error('given up'))
    await expect(fetchUnit({ ...source, signal }, { processId: 'Order' })).rejects.toThrow('given up')
  })

  test('runs in Node 20 and Node 24 as it is shipped', async () => {
    await edge.put('orders')
    const program = join(edge.folder, 'program.ts')
    const code = `import { fetchUnit } from './client.js'
      const source = { url: ${JSON.stringify(`${edge.url}/orders`)}, token: 'acme-read' }
      const { unit } = await fetchUnit(source, { processId: 'Order', elements: [{ processId: 'Shipping', elementId: 'Pack' }] })
      process.stdout.write(JSON.stringify(unit.included))`
    await writeFile(program, code)
    const outfile = join(edge.folder, 'program.mjs')
    await build({ entryPoints: [program], bundle: true, format: 'esm', target: 'es2022', outfile })
    for (const { path } of await nodeVersions()) {
      const included = JSON.parse(
        (await run(path, [outfile], { cwd: edge.folder })).stdout,
      ) as ElementUnit['included']
      expect(included).toEqual(expect.arrayContaining(['Order', 'Shipping']))
    }
  })
})

test('the commands of README work', async () => {
  const readme = await readFile(join(edge.folder, 'README.md'), 'utf8')
  const [setup = '', requests = ''] = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
    ([, block]) => block ?? '',
  )
  expect(setup.split('\n')).toEqual(['npm install', 'npm run dev', ''])
  const dev = spawn(process.execPath, ['dev.mjs'], {
    cwd: edge.folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    if (dev.exitCode !== null) return
    dev.kill('SIGINT')
    await once(dev, 'close')
  })
  const { scripts } = JSON.parse(await readFile(join(edge.folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(scripts['dev']).toBe('node dev.mjs')
  const [printed] = (await once(dev.stdout, 'data')) as [Buffer]
  const [origin] = /http:\/\/[\d.:]+/.exec(printed.toString()) ?? []
  expect(origin).toBeDefined()
  const answers: string[] = []
  for (const command of requests.trim().split('\n')) {
    const here = command
      .replace('http://127.0.0.1:8787', origin!)
      .replace('../workflows/order-company.c.json', join(edge.folder, 'specs.json'))
    await writeFile(join(edge.folder, 'specs.json'), edge.specs)
    answers.push((await run('bash', ['-c', here], { cwd: edge.folder })).stdout)
  }
  expect(answers).toHaveLength(3)
  expect((JSON.parse(answers[0]!) as { processes: unknown[] }).processes).toHaveLength(37)
  expect(answers[1]).toContain('200 OK')
  expect(answers[1]).toMatch(/^unitflow-version: [0-9a-f]{64}\r$/im)
  expect((JSON.parse(answers[2]!) as ElementUnit).included).toContain('Shipping')
})
