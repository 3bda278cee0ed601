import type { Flow } from '../../flows/index.js'
import { defineFlow, defineTask, of } from '../../flows/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { FlowCase } from './case.js'
import { abc, failing, Gate, resultOf, shown, statusOf } from './case.js'

/** What F28 says: an execution goes on under the definition that it was scheduled under, or one that it was brought under. */
export const definitionCases: readonly FlowCase[] = [
  {
    name: 'F28 an execution of another definition is refused, and said so',
    async run(work) {
      const before = work.runner([abc])
      const id = await before.schedule(abc, { start: 1 })
      const changed = defineFlow('abc', abc.tasks, { version: '2' })
      const runner = work.runner([changed])
      await assertRejects(() => runner.run(), 'definition-changed', 'run')
      await assertRejects(() => runner.run({ id }), 'definition-changed', 'run by id')
      assertEqual((await runner.execution(id)).status, 'scheduled', 'it waits for who has its definition')
      assertEqual(statusOf(await before.run()), 'completed', 'where it is known')
    },
  },
  {
    name: 'F28 an execution of another definition is migrated by a function of the user',
    async run(work) {
      const old = failing(() => true)
      const before = work.runner([old])
      const id = await before.schedule(old, { start: 1 })
      await before.run()
      const sum = defineTask({
        name: 'sum',
        inputs: { start: of<number>(), a: of<number>() },
        outputs: { sum: of<number>() },
        run: ({ start, a }) => ({ sum: start + a }),
      })
      const changed = defineFlow('abc', [abc.tasks[0], sum], {
        version: '2',
        migrate: ({ tasks, next, context }) =>
          tasks.length === 3 && next === 'b' ? { next: 'sum', context: { ...context, a: 40 } } : undefined,
      })
      const runner = work.runner([changed])
      assertEqual(resultOf(await runner.rerun(id)), { start: 1, a: 40, sum: 41 }, 'its values')
      assertThat(shown(await runner.history(id)).includes('flow-migrated sum'), 'the history says so')
      await before.schedule(old, { start: 7 })
      await assertRejects(() => runner.run(), 'definition-changed', 'one that migrate refuses')
    },
  },
  {
    name: 'F28 one that is brought under another definition before it is run by its id does not run under the old one',
    async run(work) {
      const [second, third] = [versionOf(abc, '2'), versionOf(abc, '3')]
      const newer = work.runner([second])
      const id = await work.runner([abc]).schedule(abc, { start: 1 })
      const meanwhile = async (): Promise<void> => {
        await newer.cancel(id)
        await newer.reschedule(id)
      }
      const older = work.runner([abc], { records: work.interrupted(meanwhile) })
      await assertRejects(() => older.run({ id }), 'definition-changed', 'under the old one')
      assertEqual((await newer.execution(id)).status, 'rescheduled', 'it waits for who has its definition')
      const newest = work.runner([third], { records: work.interrupted(meanwhile) })
      assertEqual(
        statusOf(await newest.run({ id })),
        'completed',
        'where it can be brought under the own one',
      )
      const migrations = shown(await newer.history(id)).filter((event) => event.startsWith('flow-migrated'))
      assertEqual(
        migrations,
        ['flow-migrated a', 'flow-migrated a'],
        'how often it was brought under another',
      )
    },
  },
  {
    name: 'F28 F30 one that is brought under another definition while it waits for its next attempt is left to others',
    async run(work) {
      const gate = new Gate()
      const task = defineTask({
        name: 'only',
        inputs: { isHeld: of<boolean>() },
        run: ({ isHeld }) => {
          if (isHeld) return gate.pass()
          throw new Error('not yet')
        },
      })
      const old = defineFlow('old', [task])
      const changed = defineFlow('old', [task], {
        version: '2',
        limits: { atOnce: 1 },
        migrate: ({ next }) => ({ next }),
      })
      const retry = { attempts: 2, backoff: { initial: 1000 }, jitter: 0 }
      const [runner, newer] = [work.runner([old], { retry }), work.runner([changed], { retry })]
      await newer.schedule(changed, { isHeld: true })
      const holding = newer.run()
      await gate.begun
      const id = await runner.schedule(old, { isHeld: false })
      const running = runner.run({ id })
      while ((await runner.execution(id)).status !== 'retrying') await work.clock.advance(0)
      assertEqual(statusOf(await newer.run({ id })), 'retrying', 'as many run as may')
      assertEqual(statusOf(await work.through(running)), 'retrying', 'under the old one')
      assertEqual(shown(await runner.history(id)).at(-1), 'flow-migrated only', 'what has happened last')
      gate.open()
      assertEqual(statusOf(await holding), 'completed', 'the other one')
    },
  },
  {
    name: 'F19 F28 what is rescheduled goes on under another definition in one step, or nothing has happened',
    async run(work) {
      const old = failing(() => true)
      const before = work.runner([old])
      const failed = await before.schedule('abc', { start: 1 })
      await before.run()
      const waiting = await before.schedule('abc', { start: 1 })
      const paused = await before.schedule('abc', { start: 1 })
      await before.pause(paused)
      const runner = work.runner([versionOf(abc, '2')])
      await work.assertRefused(() => runner.reschedule(failed, { from: 'x' }), 'bad-argument', 'from no task')
      await work.assertRefused(
        () => runner.reschedule(failed, { from: 'a' }),
        'bad-argument',
        'from before it was brought under the other one',
      )
      for (const id of [waiting, paused]) {
        await work.assertRefused(() => runner.reschedule(id), 'illegal-transition', 'one that has not ended')
        await work.assertRefused(() => runner.rerun(id), 'illegal-transition', 'the same at once')
      }
      const refusing = work.runner([defineFlow('abc', abc.tasks, { version: '3' })])
      await work.assertRefused(() => refusing.reschedule(failed), 'definition-changed', 'without migrate')
      assertEqual(resultOf(await runner.rerun(failed)), { start: 1, a: 2, b: 3, c: 4 }, 'its values')
      assertEqual(
        shown(await runner.history(failed)).slice(7, 10),
        ['flow-failed b', 'flow-migrated b', 'flow-rescheduled b'],
        'what has happened',
      )
    },
  },
  {
    name: 'F28 one that does not wait is not brought under another definition when it is to be run',
    async run(work) {
      let fails = true
      const old = failing(() => fails)
      const before = work.runner([old])
      const failed = await before.schedule('abc', { start: 1 })
      await before.run()
      fails = false
      const completed = await before.schedule('abc', { start: 1 })
      await before.run()
      const canceled = await before.schedule('abc', { start: 1 })
      await before.cancel(canceled)
      const paused = await before.schedule('abc', { start: 1 })
      await before.pause(paused)
      let asked = 0
      const changed = defineFlow('abc', abc.tasks, {
        version: '2',
        migrate: ({ next }) => {
          asked++
          return { next }
        },
      })
      const runner = work.runner([changed])
      for (const id of [failed, completed, canceled, paused]) {
        await work.assertRefused(() => runner.run({ id }), 'illegal-transition', 'run')
      }
      assertEqual(asked, 0, 'how often migrate was asked')
      await runner.resume(paused)
      assertEqual(statusOf(await runner.run({ id: paused })), 'completed', 'when it was resumed')
      assertThat(shown(await runner.history(paused)).includes('flow-migrated a'), 'the history says so')
    },
  },
  {
    name: 'F26 F28 one whose runner had another definition and was lost goes on under this one',
    async run(work) {
      const gate = new Gate()
      const only = defineTask({ name: 'only', run: () => gate.pass() })
      const lost = work.runner([defineFlow('lost', [only])], { lease: 1000 })
      const id = await lost.schedule('lost', {})
      const losing = lost.run()
      await gate.begun
      lost.close()
      const again = defineTask({ name: 'only', run: () => undefined })
      const runner = work.runner([versionOf(defineFlow('lost', [again]), '2')])
      await work.assertRefused(() => runner.run({ id }), 'illegal-transition', 'as long as its lease lasts')
      await work.clock.advance(1001)
      assertEqual(statusOf(await runner.run({ id })), 'completed', 'how it ended')
      gate.open()
      await assertRejects(() => losing, 'lease-lost', 'the one that was lost')
    },
  },
]

/** The same flow in another version, under which all executions can be brought. */
function versionOf<F extends Flow>({ name, tasks }: F, version: string): Flow<F['name'], F['tasks']> {
  return defineFlow(name, tasks, { version, migrate: ({ next }) => ({ next }) })
}
