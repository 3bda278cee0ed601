import type { Command } from 'commander'
import { ExitCode } from '../exit-code.js'
import { jsonOption, wholeNumber } from '../options.js'
import { formOf } from '../record-lines.js'
import type { Runner } from '../session.js'
import { addStepsChoice, planOptionsOf, stepsOf } from '../steps-choice.js'
import type { StepsChoice } from '../steps-choice.js'
import { drawingFile, drawingOption, writeDrawing } from '../steps-drawing-file.js'
import { STEPS_MODULE_HELP, withRunner } from '../steps-module.js'
import { runSteps, sayEnd } from '../steps-run.js'
import { sayReport } from '../steps-table.js'

interface RunFlags extends StepsChoice {
  readonly keep: boolean
  readonly concurrency?: number
}

/** `unitflow steps run` */
export function addStepsRun(steps: Command, run: Runner): void {
  const command = steps
    .command('run')
    .summary('run what has to be run')
    .description(
      'Runs the steps that have to be run, shows them meanwhile, and tells what became of each. Exit code 1 where the run does not complete. ^C calls it off: what was given until then stays, and the next run goes on from there.',
    )
    .argument('<module>', STEPS_MODULE_HELP)
  addStepsChoice(command)
    .option('--no-keep', 'it is not remembered what was computed')
    .option(
      '--concurrency <n>',
      'steps that run at once, at most (default: as the runner was made)',
      wholeNumber('--concurrency', 1),
    )
    .addOption(drawingOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow steps run ./report.mjs\n  unitflow steps run ./report.mjs --force Mail -o run.svg',
    )
    .action((module: string, flags: RunFlags) =>
      run(flags, async (session) => {
        const { keep, concurrency } = flags
        const file = drawingFile(flags.output)
        return withRunner(session, module, stepsOf(flags), async (runner, workflow) => {
          const report = await runSteps(session, runner, workflow, {
            ...planOptionsOf(flags),
            ...(!keep && { keep }),
            ...(concurrency !== undefined && { concurrency }),
          })
          if (!session.sayJson(() => formOf(report))) {
            sayReport(session, report)
            sayEnd(session, report)
          }
          const { aborted } = session.io.signal
          // Nothing is begun after an interruption.
          if (file !== undefined && !aborted) await writeDrawing(session, file, workflow, { report })
          if (report.status === 'completed') return ExitCode.fine
          return aborted && report.status === 'canceled' ? ExitCode.interrupted : ExitCode.notFine
        })
      }),
    )
}
