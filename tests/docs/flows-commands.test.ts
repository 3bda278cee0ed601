import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createManualClock } from '../../ts/clock/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../ts/flows/index.js'
import { createSqliteRecords } from '../../ts/records/sqlite/index.js'
import { commandLine } from '../unit/cli/command-line.js'

const MORNING = Date.UTC(2027, 0, 15, 8)
const MINUTE = 60_000

/** Three mornings of a report: one was made, one has failed, one is being mailed; and the next one. */
async function reportsAtWork(folder: string): Promise<void> {
  const clock = createManualClock(MORNING)
  const rows = of<number>()
  const day = of<string>()
  const download = defineTask({
    name: 'download',
    inputs: { day },
    outputs: { rows },
    retry: { attempts: 3, backoff: { initial: '1m' }, jitter: 0 },
    run: async (given, { attempt }) => {
      await clock.advance(40_000)
      if (given.day === '2027-01-13' && attempt === 1) throw new TypeError('fetch failed')
      return { rows: given.day === '2027-01-14' ? 0 : 120 }
    },
  })
  const summarise = defineTask({
    name: 'summarise',
    inputs: { rows },
    outputs: { total: of<number>() },
    run: async (given) => {
      await clock.advance(20_000)
      if (given.rows === 0) throw new RangeError('there are no rows')
      return { total: given.rows * 2 }
    },
  })
  const mail = defineTask({
    name: 'mail',
    inputs: { day, total: of<number>() },
    run: async (given, { progress }) => {
      await clock.advance(30_000)
      if (given.day !== '2027-01-15') return
      progress(40, 'customer 2 of 5')
      await new Promise(() => undefined)
    },
  })
  const report = defineFlow('report', [download, summarise, mail])
  const records = createSqliteRecords({ path: join(folder, 'flows.db') })
  const runner = createFlowRunner({ records, flows: [report], clock, owner: 'worker-1' })
  const schedule = (name: string, delay = 0): Promise<string> =>
    runner.schedule(report, { day: name }, { id: name, tags: ['eu'], delay })
  const runThrough = async (id: string): Promise<void> => {
    const run = runner.run({ id })
    for (;;) {
      const { status, due = 0 } = await runner.execution(id)
      if (status === 'completed' || status === 'failed') break
      if (status === 'retrying') await clock.advance(Math.max(due - clock.now(), 0))
      else await new Promise((resolve) => setImmediate(resolve))
    }
    await run
  }
  await schedule('2027-01-13')
  await runThrough('2027-01-13')
  await schedule('2027-01-14')
  await runThrough('2027-01-14')
  await schedule('2027-01-15')
  await schedule('2027-01-16', 24 * 60 * MINUTE)
  // It is closed under its runner: that is how a program dies.
  runner.run({ id: '2027-01-15' }).catch(() => undefined)
  while ((await runner.progress('2027-01-15')) === undefined)
    await new Promise((resolve) => setImmediate(resolve))
  runner.close()
  await records.close()
}

test('what docs/flows.md shows is what is printed', async () => {
  const page = readFileSync(new URL('../../docs/flows.md', import.meta.url), 'utf8')
  const [, block = ''] = /<!-- flows -->\n```console\n([\s\S]*?)```/.exec(page) ?? []
  const { folder, run } = await commandLine()
  await reportsAtWork(folder)
  const shown = block.split(/^\$ npx unitflow /m).slice(1)
  for (const text of shown) {
    const [command = '', ...lines] = text.split('\n')
    const { code, out } = await run(command.split(' '), { columns: 100, now: () => MORNING + 8 * MINUTE })
    expect(code, command).toBe(0)
    expect(lines.join('\n').trimEnd(), command).toBe(out.trimEnd())
  }
  expect(shown.length).toBeGreaterThan(3)
})
