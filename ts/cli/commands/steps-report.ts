import type { Command } from 'commander'
import { ExitCode } from '../exit-code.js'
import { CommandError } from '../failures.js'
import { jsonOption } from '../options.js'
import { formOf } from '../record-lines.js'
import type { CommonFlags, Runner } from '../session.js'
import { drawingFile, drawingOption, writeDrawing } from '../steps-drawing-file.js'
import { STEPS_MODULE_HELP, withRunner } from '../steps-module.js'
import { sayReport } from '../steps-table.js'

interface ReportFlags extends CommonFlags {
  readonly output?: string
}

/** `unitflow steps report` */
export function addStepsReport(steps: Command, run: Runner): void {
  steps
    .command('report')
    .summary('tell what the last run has come to')
    .description(
      'Tells what the last run has come to, of those whose report was kept: by a runner that was made with reports: true, over state in records.',
    )
    .argument('<module>', STEPS_MODULE_HELP)
    .addOption(drawingOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow steps report ./report.mjs\n  unitflow steps report ./report.mjs -o last-run.svg',
    )
    .action((module: string, flags: ReportFlags) =>
      run(flags, async (session) => {
        const file = drawingFile(flags.output)
        await withRunner(session, module, [], async (runner, workflow) => {
          const report = await runner.lastReport()
          if (report === undefined) throw noReport(module, workflow.name)
          if (!session.sayJson(() => formOf(report))) sayReport(session, report)
          if (file !== undefined) await writeDrawing(session, file, workflow, { report })
        })
        return ExitCode.fine
      }),
    )
}

function noReport(module: string, workflow: string): CommandError {
  const message = `no report of the workflow '${workflow}' is kept in the state of ${module}`
  return new CommandError('no-report', message, ExitCode.failed, {
    hint: 'createRunner({ …, reports: true }) keeps the report of the last run, in its state. State in memory is gone with the program that ran it: createRecordState keeps it.',
    fields: { module, workflow },
  })
}
