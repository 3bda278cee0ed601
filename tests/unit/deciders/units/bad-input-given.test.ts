import { expect, test, vi } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/index.js'
import type { WorldOptions } from './bad-input-world.js'
import { failureOf, unitWorld } from './bad-input-world.js'
import { comparisons, defineUnitWorkflow } from '../../../../ts/deciders/units/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import {
  catchEvent,
  line,
  message,
  script,
  specsOf,
  userTask,
} from '../../../fixtures/units/drawn-processes.mjs'
import { BIG, HOSTILE_NAMES, LONE, wrong } from '../../checks/bad-input.js'
import { expectRefused } from '../../records/expect-refused.js'

class Money {
  readonly amount = 5
}
const cycle: Record<string, unknown> = {}
cycle['self'] = cycle
const deep: unknown = JSON.parse(`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`)

/** No values at all: nothing keeps them. */
const RUBBISH: readonly (readonly [string, unknown])[] = [
  ['a function', () => 1],
  ['a function in it', { f: () => 1 }],
  ['an instance of a class in it', { price: new Money() }],
  ['a cycle', { cycle }],
  ['a promise in it', { later: Promise.resolve(1) }],
  ['a symbol in it', { s: Symbol('x') }],
  ['what is 3,000 deep', deep],
]
/** Values, and no variables. */
const NO_OBJECTS: readonly (readonly [string, unknown])[] = [
  ['a text', 'x'],
  ['a number', 5],
  ['a list', [{ a: 1 }]],
  ['a date', new Date(0)],
  ['a map', new Map([['a', 1]])],
]
/** Odd, and as good as any. */
const HOSTILE: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(HOSTILE_NAMES.filter((name) => name !== '__proto__').map((name) => [name, name])),
  a: JSON.parse('{"__proto__":{"polluted":1}}') as unknown,
  '': LONE,
}
Object.defineProperty(HOSTILE, '__proto__', { value: { polluted: 1 }, enumerable: true })

const oneScript = specsOf(line('Top', [script('a')]))
const onePerson = specsOf(line('Top', [userTask('a', 'a')]))
const oneMessage = specsOf(line('Top', [catchEvent('a', null, message('m'))]))

function expectClean(): void {
  expect(Reflect.get({}, 'polluted')).toBe(undefined)
}

test.each(RUBBISH)('a start with %s is refused, and nothing is written', async (_, given) => {
  const world = await unitWorld(oneScript, { activities: { a: () => ({}) } })
  await expectRefused(world, () => world.run(given), 'unsupported-value', 'invalid-value')
})

test.each(NO_OBJECTS)('a start with %s is refused, and nothing is written', async (_, given) => {
  const world = await unitWorld(oneScript, { activities: { a: () => ({}) } })
  await expectRefused(world, () => world.run(given), 'invalid-value')
})

test('a start with 10 MB is refused, and nothing is written', async () => {
  const world = await unitWorld(oneScript, { activities: { a: () => ({}) } })
  await expectRefused(world, () => world.run({ big: BIG }), 'value-too-large')
})

test('a start that its schema refuses is refused, and nothing is written', async () => {
  const issues = [{ message: 'no' }]
  const input = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } } as const
  const world = await unitWorld(oneScript, { activities: { a: () => ({}) }, input })
  await expectRefused(world, () => world.run({}), 'invalid-value')
  expect(await world.store.keys('v2/held')[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
})

test('names of the prototype are variables like others', async () => {
  const world = await unitWorld(oneScript, { activities: { a: ({ data }) => data } })
  await world.run(HOSTILE)
  expect(await world.result()).toEqual({ type: 'completed', result: HOSTILE })
  expectClean()
})

/** How a process ends whose one element cannot take what it was given. */
const FAILED = { code: 'element-failed', process: 'Top', element: 'a' }

test.each([...RUBBISH, ...NO_OBJECTS])('a function that gives %s fails its element', async (_, given) => {
  const world = await unitWorld(oneScript, { activities: { a: () => wrong(given) } })
  await world.run()
  expect(failureOf(await world.result())).toMatchObject(FAILED)
})

test('a function that awaits fails its element, also where it rejects; what it rejects with ends no program', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  for (const promise of [() => Promise.resolve({}), () => Promise.reject(new Error('late'))]) {
    const world = await unitWorld(oneScript, { activities: { a: () => wrong(promise()) } })
    await world.run()
    expect(failureOf(await world.result())).toMatchObject(FAILED)
  }
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

test('a function that throws what is no error fails its element', async () => {
  for (const thrown of [undefined, null, 'text', 5, {}, new Proxy({}, {}), Object.create(null)]) {
    const a = (): never => {
      throw thrown
    }
    const world = await unitWorld(oneScript, { activities: { a } })
    await world.run()
    expect(failureOf(await world.result())).toMatchObject(FAILED)
  }
})

test('what a function does to the variables that it is handed changes nothing', async () => {
  const activities = {
    a: ({ data }: { readonly data: { list: number[]; gone?: number } }) => {
      data.list.push(4)
      delete data.gone
    },
  }
  const world = await unitWorld(oneScript, { activities })
  await world.run({ list: [1], gone: 1 })
  expect(await world.result()).toEqual({ type: 'completed', result: { list: [1], gone: 1 } })
})

test.each([...RUBBISH, ...NO_OBJECTS, ['10 MB', { big: BIG }] as const])(
  'an activity that gives %s fails its element',
  async (_, given) => {
    const a = defineActivity('does', {}, () => Promise.resolve(wrong(given)))
    const world = await unitWorld(oneScript, { activities: { a } })
    await world.run()
    expect(failureOf(await world.result())).toMatchObject(FAILED)
  },
)

test.each([...RUBBISH, ['10 MB', { big: BIG }] as const])(
  'a person who gives %s is refused, and may answer again',
  async (_, given) => {
    const world = await unitWorld(onePerson)
    await world.run()
    const { human } = world.workflow
    const [waiting] = await world.manager.waiting({ activity: human })
    const token = waiting?.token ?? ''
    const complete = (): Promise<void> => world.manager.complete(human, token, wrong(given))
    await expectRefused(world, complete, 'unsupported-value', 'value-too-large')
    await world.manager.complete(human, token, { a: 1 })
    await world.settle()
    expect(await world.result()).toEqual({ type: 'completed', result: { a: 1 } })
  },
)

test.each(NO_OBJECTS)('a person who gives %s fails the element', async (_, given) => {
  const world = await unitWorld(onePerson)
  await world.run()
  const { human } = world.workflow
  const [waiting] = await world.manager.waiting({ activity: human })
  await world.manager.complete(human, waiting?.token ?? '', wrong(given))
  await world.settle()
  expect(failureOf(await world.result())).toMatchObject(FAILED)
})

test('an answer with a token that is none is refused, and nothing is written', async () => {
  const world = await unitWorld(onePerson)
  await world.run()
  for (const token of ['', 'x', LONE, '__proto__', 'a,4,1,lease,p,1', BIG]) {
    const complete = (): Promise<void> => world.manager.complete(world.workflow.human, token, {})
    await expectRefused(world, complete, 'bad-token', 'unknown-activity', 'no-such-process')
  }
})

test.each([...RUBBISH, ['10 MB', { big: BIG }] as const])(
  'a message with %s is refused, and nothing is written',
  async (_, given) => {
    const world = await unitWorld(oneMessage)
    await world.run()
    const signal = (): Promise<void> => world.manager.signal('p', 'm', given)
    await expectRefused(world, signal, 'unsupported-value', 'value-too-large')
    await world.manager.signal('p', 'm', HOSTILE)
    await world.settle()
    expect(await world.result()).toEqual({ type: 'completed', result: HOSTILE })
    expectClean()
  },
)

test.each(NO_OBJECTS)('a message with %s comes, and sets nothing', async (_, given) => {
  const world = await unitWorld(oneMessage)
  await world.run()
  await world.manager.signal('p', 'm', given)
  await world.settle()
  expect(await world.result()).toEqual({ type: 'completed', result: {} })
})

test('messages of other names are nobody’s', async () => {
  const world = await unitWorld(oneMessage)
  await world.run()
  for (const name of ['M', 'm.', '../../x', '<script>', '𝄞']) await world.manager.signal('p', name, { a: 1 })
  await world.settle()
  expect(await world.manager.active('p')).toEqual(['a'])
})

test.each<readonly [string, object]>([
  ['evaluate', { evaluate: 'comparisons' }],
  ['evaluate', { evaluate: undefined }],
  ['activities', { activities: { a: 'text' } }],
  ['activities', { activities: { a: null } }],
  ['activities', { activities: { a: {} } }],
  ['activities', { activities: { a: { type: 'workflow' } } }],
  ['name', { name: '' }],
  ['name', { name: LONE }],
  ['name', { name: BIG }],
  ['name', { name: 5 }],
])('an option %s that is none is refused: %j', async (_, option) => {
  const world = await unitWorld(oneScript)
  const { store } = world
  const given = { name: 'w', store, cacheKey: 'w', processId: 'Top', evaluate: comparisons, ...option }
  await expectRefused(world, () => defineUnitWorkflow(wrong(given)), 'bad-argument')
})

test('a process, a cache key or a store that is not there is told at once', async () => {
  const { store } = await unitWorld(oneScript)
  const given = { name: 'w', store, cacheKey: 'w', processId: 'Top', evaluate: comparisons }
  for (const [option, code] of [
    [{ processId: 'Nowhere' }, 'unknown-process'],
    [{ processId: '__proto__' }, 'unknown-process'],
    [{ cacheKey: 'x' }, 'unknown-cache-key'],
    [{ store: createMemoryStore() }, 'unknown-cache-key'],
  ] as const) {
    await expect(defineUnitWorkflow({ ...given, ...option })).rejects.toMatchObject({ code })
  }
})

test('a start of a process that is not there, unchecked, is refused or fails by its code', async () => {
  const options: WorldOptions = { check: false, processId: 'Nowhere' }
  const world = await unitWorld(oneScript, options)
  await world.run()
  expect(failureOf(await world.result())).toMatchObject({ code: 'unknown-process', processId: 'Nowhere' })
})
