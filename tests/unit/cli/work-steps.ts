import {
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
  of,
} from '../../../ts/steps/index.js'
import type { AnyStepWorkflow, State, StepRunner } from '../../../ts/steps/index.js'
import { commandLine } from './command-line.js'
import type { CommandLine, Outcome, Surroundings } from './command-line.js'

/** The command line with a module whose runner makes a report of rows. */
export interface StepsBench extends CommandLine {
  readonly steps: (argv: readonly string[], surroundings?: Surroundings) => Promise<Outcome>
  readonly state: State
  readonly runner: StepRunner
  /** Ends what runs, as ^C does. */
  readonly interruption: AbortController
  /** What `Mail` is to do. */
  readonly mail: { does: 'send' | 'fail' | 'wait' }
}

export async function stepsBench({
  reports = true,
}: { readonly reports?: boolean } = {}): Promise<StepsBench> {
  const line = await commandLine()
  await line.write('report.mjs', '')
  const interruption = new AbortController()
  const mail: StepsBench['mail'] = { does: 'send' }
  const rows = of<readonly number[]>()
  const read = defineModel({
    name: 'Read',
    inputs: { folder: of<string>() },
    outputs: { rows },
    run: async ({ folder }, { progress }) => {
      progress(50, 'half\u001b[2J of it')
      return { rows: Array.from({ length: 40 }, (_, at) => at + folder.length) }
    },
  })
  const count = defineModel({
    name: 'Count',
    inputs: { rows },
    outputs: { count: of<number>() },
    retry: { attempts: 2, backoff: { initial: '1ms', factor: 1 }, jitter: 0 },
    run: (given, { attempt }) => {
      if (attempt < 2) throw new Error('the abacus is busy\u001b[31m')
      return { count: given.rows.length }
    },
  })
  const send = defineModel({
    name: 'Mail',
    inputs: { count: of<number>(), to: of<string>() },
    outputs: { mailed: of<boolean>() },
    run: async (_, { signal }) => {
      if (mail.does === 'fail') throw new TypeError('no such address', { cause: new Error('550') })
      if (mail.does === 'wait') {
        interruption.abort(new Error('ended by SIGINT'))
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
      }
      return { mailed: true }
    },
  })
  const workflow: AnyStepWorkflow = createStepWorkflow(
    [
      defineStep({ model: read, inputs: { folder: 'folder' }, outputs: { rows: 'rows' } }),
      defineStep({ model: count, inputs: { rows: 'rows' }, outputs: { count: 'count' } }),
      defineStep({ model: send, inputs: { count: 'count', to: 'to' }, outputs: { mailed: 'mailed' } }),
    ],
    { name: 'report' },
  )
  const state: State = createState({ folder: 'a', to: 'me' }, { mutable: true })
  const runner: StepRunner = createRunner({ workflow, state: () => state, reports })
  return {
    ...line,
    state,
    runner,
    interruption,
    mail,
    steps: ([command = '', ...argv], { io, ...more } = {}) =>
      line.run(['steps', command, './report.mjs', ...argv], {
        signal: interruption.signal,
        env: { NO_COLOR: '1' },
        ...more,
        io: { importModule: async () => ({ runner }), ...io },
      }),
  }
}
