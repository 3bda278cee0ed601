import type { AnyStep } from '../../steps/index.js'
import { defineModel, defineStep, of } from '../../steps/index.js'
import { assertEqual } from '../assertions.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, assertTells } from './case.js'

class Account {
  readonly owner = 'me'
}

function circle(): unknown {
  const list: unknown[] = []
  list.push({ list })
  return list
}

function deep(levels: number): unknown {
  let value: unknown = []
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

/** What a model may give that cannot be kept. */
const unsupported: readonly (readonly [what: string, make: () => unknown])[] = [
  ['a circle', circle],
  ['a function', () => () => 1],
  ['an instance of a class', () => new Account()],
  ['one in a list', () => [1, { account: new Account() }]],
  ['a symbol', () => Symbol('s')],
  ['a promise in an object', () => ({ later: Promise.resolve(1) })],
  ['a getter that throws', () => Object.defineProperty({}, 'x', { enumerable: true, get: circleThrown })],
  ['lists in lists in lists', () => deep(100_000)],
]

function circleThrown(): never {
  throw new RangeError('planned')
}

/** Outputs that are none, and models that end in strange ways: typed errors, and nothing half posted. */
export const outputCases: readonly StepCase[] = [
  {
    name: 'S8 S21 an output that cannot be kept is an error of its step, and nothing of the step is posted',
    async run(work) {
      for (const [what, make] of unsupported) {
        const Wrong = defineModel({
          name: 'Wrong',
          outputs: { fine: of<number>(), wrong: of<unknown>() },
          run: () => ({ fine: 1, wrong: make() }),
        })
        const step = defineStep({ model: Wrong, outputs: { fine: 'x', wrong: 'y.z' } })
        const next = work.step('next', ['x'], 'n', ([x = NaN]) => x)
        const state = await work.state({ a: 1 })
        const runner = work.runner([step, next], state)
        const report = await runner.run()
        assertEqual([report.status, report.failed], ['failed', ['Wrong', 'next']], what)
        if (what !== 'a getter that throws') {
          const message = assertFailed(report, 'unsupported-value', what)
          assertTells(message, ["'Wrong'", "'wrong'", "'y.z'"], what)
        }
        assertSame(await state.snapshot(), { a: 1 }, `the state after ${what}`)
        assertEqual(await runner.last('Wrong'), undefined, `what is known after ${what}`)
      }
    },
  },
  {
    name: 'S4 whatever a model throws is its step’s error, and the run goes on for others',
    async run(work) {
      const thrown: readonly unknown[] = ['a text', undefined, null, 5, { code: 'x' }, new Account()]
      const steps: AnyStep[] = thrown.map((one, at) =>
        work.step(`s${at}`, ['a'], `x${at}`, () => {
          throw one
        }),
      )
      steps.push(work.step('fine', ['a'], 'y', ([a = NaN]) => a))
      const state = await work.state({ a: 1 })
      const report = await work.runner(steps, state).run()
      assertEqual([report.status, report.failed.length, report.ran], ['failed', 6, ['fine']], 'the report')
      assertSame(report.outputs, { y: 1 }, 'outputs')
      assertEqual(typeof JSON.stringify(report), 'string', 'the report is plain data')
    },
  },
  {
    name: 'S3 an output that is not wired may be anything: nobody looks at it',
    async run(work) {
      const Extra = defineModel({
        name: 'Extra',
        outputs: { fine: of<number>(), wrong: of<unknown>() },
        run: () => ({ fine: 1, wrong: circle(), more: () => 1 }),
      })
      const state = await work.state()
      const step = defineStep({ model: Extra, outputs: { fine: 'x' } })
      assertCompleted(await work.runner([step], state).run(), { x: 1 }, 'of the run')
    },
  },
  {
    name: 'S3 an output is a member of its own of what a model gives, and nothing that it inherits',
    async run(work) {
      const Inherits = defineModel({
        name: 'Inherits',
        outputs: { constructor: of<unknown>() },
        run: () => ({}),
      })
      const state = await work.state()
      const step = defineStep({ model: Inherits, outputs: { constructor: 'x' } })
      assertFailed(await work.runner([step], state).run(), 'bad-outputs', 'of the run')
      assertEqual(await state.names(), [], 'names')
    },
  },
]
