import { assertEqual, assertRejects } from '../assertions.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertSame, shown } from './case.js'

/** What S6 to S9 say: one contract, whatever keeps the values. */
export const stateCases: readonly StepCase[] = [
  {
    name: 'S6 a missing value is an error of its own, also where it is deleted',
    async run(work) {
      const state = await work.state({ a: 1 }, false)
      await assertRejects(() => state.get('none'), 'no-such-state', 'to get what is not there')
      await assertRejects(() => state.delete('none'), 'no-such-state', 'to delete what is not there')
      await assertRejects(() => state.set('', 1), 'bad-argument', 'to set what has no name')
      assertSame(await state.snapshot(), { a: 1 }, 'the state')
    },
  },
  {
    name: 'S6 S8 immutable state is set once, again when it was deleted; mutable state whenever one likes',
    async run(work) {
      const state = await work.state({ a: 1 }, false)
      await assertRejects(() => state.set('a', 2), 'state-is-immutable', 'to set it again')
      assertEqual([await state.get('a'), state.isMutable], [1, false], 'its value')
      await state.delete('a')
      await state.set('a', 2)
      assertEqual(await state.get('a'), 2, 'its value then')
      const mutable = await work.state({ a: 1 })
      await mutable.set('a', 2)
      assertEqual([await mutable.get('a'), mutable.isMutable], [2, true], 'the value of mutable state')
    },
  },
  {
    name: 'S6 nobody changes what is held by what was handed in or out',
    async run(work) {
      const list = [{ n: 1 }]
      const state = await work.state({ list })
      list.push({ n: 2 })
      const got = await state.get('list')
      if (Array.isArray(got)) got.length = 0
      assertSame(await state.get('list'), [{ n: 1 }], 'what is held')
    },
  },
  {
    name: 'S7 whether there is a value can be asked',
    async run(work) {
      const state = await work.state({ none: undefined, null: null })
      const has = [await state.has('none'), await state.has('null'), await state.has('other')]
      assertEqual(has, [true, true, false], 'what is there')
    },
  },
  {
    name: 'S8 every kind of value comes back as it was, and what can be none is refused',
    async run(work) {
      const values = {
        nothing: undefined,
        null: null,
        text: 'ä\u2028\ud83d\ude00 ~=\\"',
        long: 'x'.repeat(5000),
        odd: [NaN, Infinity, -Infinity, -0, 10n ** 30n, undefined, null, true],
        zero: -0,
        nan: NaN,
        big: 12n,
        date: new Date(0),
        bytes: new Uint8Array([0, 255]),
        map: new Map<unknown, unknown>([['a', new Set([1, '1'])]]),
        nested: { deep: { list: [[], {}] } },
      }
      const state = await work.state(values)
      for (const [name, value] of Object.entries(values)) assertSame(await state.get(name), value, name)
      assertSame(await state.snapshot(), values, 'all of them')
      const circle: unknown[] = []
      circle.push(circle)
      class Account {
        readonly owner = 'me'
      }
      for (const wrong of [circle, () => 1, Symbol('s'), new Account(), { in: [new Account()] }]) {
        await assertRejects(() => state.set('wrong', wrong), 'unsupported-value', 'to set what is no value')
      }
      assertEqual(await state.has('wrong'), false, 'what was refused is there')
    },
  },
  {
    name: 'S21 several values are set all, or none',
    async run(work) {
      const state = await work.state({ b: 1 }, false)
      await assertRejects(() => state.setMany({ a: 1, b: 2 }), 'state-is-immutable', 'one that is there')
      await assertRejects(() => state.setMany({ a: 1, c: () => 1 }), 'unsupported-value', 'one that is none')
      assertSame(await state.snapshot(), { b: 1 }, 'the state')
    },
  },
  {
    name: 'S28 names may be dotted, and may be called as members of objects are',
    async run(work) {
      const names = ['a', 'a.b', 'a.b.c', '__proto__', 'constructor', 'toString', 'a/b', 'ä ~']
      const state = await work.state()
      for (const [at, name] of names.entries()) await state.set(name, at)
      for (const [at, name] of names.entries()) assertEqual(await state.get(name), at, name)
      assertEqual(await state.names(), [...names].sort(), 'names')
      await state.delete('a.b')
      assertEqual(
        [await state.has('a'), await state.has('a.b'), await state.has('a.b.c')],
        [true, false, true],
        'a',
      )
      const step = work.step('constructor', ['__proto__', 'a.b.c'], 'toString', ([x = NaN, y = NaN]) => x + y)
      const report = await work.runner([step], state).run({ snapshots: true })
      assertEqual(Object.entries(report.outputs), [['toString', 5]], 'outputs')
      assertEqual(Object.hasOwn(report.newState ?? {}, '__proto__'), true, 'the snapshot has __proto__')
      const proto = work.step('proto', ['a'], '__proto__', ([a = NaN]) => a + 1)
      const other = await work.state({ a: 1 })
      const runner = work.runner([proto], other)
      assertEqual(Object.entries((await runner.run()).outputs), [['__proto__', 2]], 'outputs of __proto__')
      assertEqual(
        Object.entries((await runner.last('proto'))?.outputs ?? {}),
        [['__proto__', 2]],
        'the last of it',
      )
      assertEqual(shown(await runner.run()), ['proto skipped: inputs-unchanged'], 'the second run')
    },
  },
  {
    name: 'a name is watched: what it has, and then each that it is seen to have, until the signal is aborted',
    async run(work) {
      const state = await work.state()
      const over = new AbortController()
      const watched = state.watch('c', { signal: over.signal })
      const first = watched.next()
      await work.runner(work.chain(), state).run()
      await state.set('a', 1)
      const runner = work.runner(work.chain(), state)
      await runner.run()
      assertEqual((await first).value, 3, 'the first value')
      const second = watched.next()
      await state.set('other', 1)
      await state.set('a', 2)
      await runner.run()
      assertEqual((await second).value, 4, 'the second value')
      const third = watched.next()
      over.abort(new RangeError('enough'))
      const thrown = await third.catch((error: unknown) => error)
      assertEqual(String(thrown), 'RangeError: enough', 'how it ends')
    },
  },
  {
    name: 'S9 what was set and computed is there for another object, and is not computed again',
    needs: ['reopen'],
    async run(work) {
      const state = work.open('kept', true)
      await state.set('a', 1)
      await work.runner(work.chain(), state).run()
      const again = work.open('kept', true)
      assertSame(await again.snapshot(), { a: 1, b: 2, c: 3 }, 'the state')
      work.assertRan(['b', 'c'], 'before')
      const report = await work.runner(work.chain(), again).run()
      assertCompleted(report, { c: 3 }, 'of another object')
      assertEqual(shown(report), ['b skipped: inputs-unchanged', 'c skipped: inputs-unchanged'], 'its run')
      work.assertRan([], 'by another object')
    },
  },
  {
    name: 'S9 states of other names do not mix, but share what was computed',
    needs: ['reopen'],
    async run(work) {
      const [one, two] = [work.open('one', true), work.open('one.more', true)]
      await one.set('a', 1)
      assertEqual(await two.names(), [], 'the other state')
      await work.runner(work.chain(), one).run()
      await two.set('a', 1)
      const report = await work.runner(work.chain(), two).run()
      assertCompleted(report, { c: 3 }, 'of the other')
      assertEqual(shown(report), ['b skipped: computed-before', 'c skipped: computed-before'], 'its run')
      work.assertRan(['b', 'c'], 'for both')
    },
  },
]
