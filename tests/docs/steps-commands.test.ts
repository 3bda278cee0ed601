import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../ts/clock/index.js'
import { createSqliteRecords } from '../../ts/records/sqlite/index.js'
import {
  createRecordState,
  createRunner,
  createStepWorkflow,
  defineModel,
  defineStep,
  fingerprint,
  of,
} from '../../ts/steps/index.js'
import type { StepRunner } from '../../ts/steps/index.js'
import { commandLine } from '../unit/cli/command-line.js'
import type { Outcome } from '../unit/cli/command-line.js'

const EVENING = Date.UTC(2027, 0, 14, 20)
const HOUR = 3_600_000

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface ReportsAtWork {
  /** Runs a command as it stands on a page, without the `npx unitflow`. */
  readonly run: (command: string) => Promise<Outcome>
  readonly read: (name: string) => Promise<string>
}

/** A report that was made yesterday, and is to be made of another file; the mail would be the same. */
async function reportsAtWork(): Promise<ReportsAtWork> {
  const { folder, run, read, write } = await commandLine()
  await write('report.mjs', '')
  const clock = createManualClock(EVENING)
  const lines = of<readonly string[]>()
  const readFile = defineModel({
    name: 'Read',
    inputs: { file: of<string>() },
    outputs: { rows: lines },
    run: async ({ file }, { progress }) => {
      await clock.advance(1000)
      progress(50, 'line 400 of 800')
      await clock.advance(1000)
      return { rows: Array.from({ length: 800 }, (_, line) => `${file}:${line}`) }
    },
  })
  const count = defineModel({
    name: 'Count',
    inputs: { rows: lines },
    outputs: { count: of<number>() },
    run: async (given) => {
      // Until what was read is durable, and that has been told: lines come in one order.
      while (!(await isKept(given.rows))) await turn()
      await turn()
      await clock.advance(300)
      return { count: given.rows.length }
    },
  })
  const mail = defineModel({
    name: 'Mail',
    inputs: { count: of<number>(), to: of<string>() },
    outputs: { mailed: of<string>() },
    run: async (given) => {
      await clock.advance(700)
      return { mailed: `${given.to}: ${given.count} rows` }
    },
  })
  const workflow = createStepWorkflow(
    [
      defineStep({ model: readFile, inputs: { file: 'file' }, outputs: { rows: 'rows' } }),
      defineStep({ model: count, inputs: { rows: 'rows' }, outputs: { count: 'count' } }),
      defineStep({ model: mail, inputs: { count: 'count', to: 'to' }, outputs: { mailed: 'mailed' } }),
    ],
    { name: 'report' },
  )
  const records = createSqliteRecords({ path: join(folder, 'report.db') })
  onTestFinished(() => records.close())
  const state = createRecordState({ records, name: 'report', mutable: true, clock })
  const isKept = async (rows: readonly string[]): Promise<boolean> =>
    (await state.has('rows')) && fingerprint(await state.get('rows')) === fingerprint(rows)
  const runner: StepRunner = createRunner({ workflow, state, clock, reports: true })
  await state.setMany({ file: '14.csv', to: 'ada' })
  await runner.run()
  await state.set('file', '15.csv')
  await clock.advance(12 * HOUR)
  return {
    read,
    run: (command) =>
      run(command.split(' '), {
        columns: 110,
        env: { NO_COLOR: '1' },
        now: () => clock.now(),
        io: { importModule: async () => ({ runner }) },
      }),
  }
}

/** What a page says between a mark and the end of the block after it. */
function blockOf(page: string, language: string): string {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
  return new RegExp(`<!-- steps -->\n\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? ''
}

test('what docs/steps.md shows is what is printed', async () => {
  const { run, read } = await reportsAtWork()
  const shown = blockOf('docs/steps.md', 'console')
    .split(/^\$ npx unitflow /m)
    .slice(1)
  for (const text of shown) {
    const [command = '', ...lines] = text.split('\n')
    const { code, out, err } = await run(command)
    expect(code, command).toBe(0)
    expect(lines.join('\n').trimEnd(), command).toBe(`${out}${err}`.trimEnd())
  }
  expect(shown.length).toBeGreaterThan(2)
  expect(await read('report.svg')).toMatch(/^<svg /)
})

test('the commands in README work as they stand', async () => {
  const { run } = await reportsAtWork()
  const commands = blockOf('README.md', 'sh').trim().split('\n')
  for (const command of commands) {
    expect(command).toMatch(/^npx unitflow steps /)
    const { code, out } = await run(command.slice('npx unitflow '.length))
    expect(code, command).toBe(0)
    expect(out.length, command).toBeGreaterThan(0)
  }
  expect(commands.length).toBeGreaterThan(2)
})
