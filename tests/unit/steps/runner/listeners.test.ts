import { expect, test } from 'vitest'
import { of } from '../../../../ts/schema/index.js'
import type { StepListener } from '../../../../ts/steps/index.js'
import {
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
} from '../../../../ts/steps/index.js'

const One = defineModel({
  name: 'One',
  inputs: { n: of<number>() },
  outputs: { m: of<number>() },
  run: async ({ n }, { progress }) => {
    progress(50)
    return { m: n + 1 }
  },
})
const workflow = createStepWorkflow([defineStep({ model: One, inputs: { n: 'n' }, outputs: { m: 'm' } })])

test('a listener that throws disturbs neither the run nor the other one; the host is shown its errors', async () => {
  const told: string[] = []
  const throwing: StepListener = ({ type }) => {
    throw new Error(`planned ${type}`)
  }
  const runner = createRunner({ workflow, state: createState({ n: 1 }), onEvent: throwing })
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const shown: string[] = []
  process.on('uncaughtException', ({ message }) => shown.push(message))
  try {
    const report = await runner.run({ onEvent: ({ type }) => told.push(type) })
    expect(report).toMatchObject({ status: 'completed', outputs: { m: 2 } })
    await new Promise((resolve) => setTimeout(resolve, 10))
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const other of others) process.on('uncaughtException', other)
  }
  expect(told).toEqual(['run-started', 'step-started', 'step-progress', 'step-ended', 'run-ended'])
  expect(shown).toEqual(told.map((type) => `planned ${type}`))
})

/** What the host is shown of promises that nobody sees to while something runs. */
async function unseen(work: () => Promise<unknown>): Promise<readonly unknown[]> {
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const shown: unknown[] = []
  process.on('unhandledRejection', (error) => shown.push(error))
  try {
    await work()
    await new Promise((resolve) => setTimeout(resolve, 10))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const other of others) process.on('unhandledRejection', other)
  }
  return shown
}

test('S24 of a workflow and a state that both cannot be had, no error is left that nobody sees to', async () => {
  const none = (what: string) => (): Promise<never> => Promise.reject(new Error(what))
  const shown = await unseen(async () => {
    const runner = createRunner({ workflow: none('workflow'), state: none('state') })
    await expect(runner.run()).rejects.toThrow('workflow')
    const other = createRunner({
      workflow: none('workflow'),
      state: () => {
        throw new Error('state')
      },
    })
    await expect(other.run()).rejects.toThrow('workflow')
  })
  expect(shown).toEqual([])
})

test('S18 a model that rejects after it has timed out leaves no error that nobody sees to', async () => {
  const Late = defineModel({
    name: 'Late',
    outputs: { m: of<number>() },
    timeout: 5,
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 15))
      throw new Error('late')
    },
  })
  const late = createStepWorkflow([defineStep({ model: Late, outputs: { m: 'm' } })])
  const shown = await unseen(async () => {
    const report = await createRunner({ workflow: late, state: createState() }).run()
    expect(report.status).toBe('timed-out')
    await new Promise((resolve) => setTimeout(resolve, 20))
  })
  expect(shown).toEqual([])
})

test('a run of a function that gives no workflow, and a runner that is none, are refused', async () => {
  const state = createState({ n: 1 })
  await expect(createRunner({ workflow: () => 5 as never, state }).run()).rejects.toMatchObject({
    code: 'bad-argument',
  })
  expect(() => createRunner({ workflow: 5 as never, state })).toThrow('workflow')
  expect(() => createRunner({ workflow, state: undefined as never })).toThrow('state')
  for (const concurrency of [0, 1.5, NaN, -1]) {
    expect(() => createRunner({ workflow, state, concurrency })).toThrow('concurrency')
    await expect(createRunner({ workflow, state }).run({ concurrency })).rejects.toThrow('concurrency')
  }
})
