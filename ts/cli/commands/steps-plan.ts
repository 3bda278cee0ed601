import type { Command } from 'commander'
import { ExitCode } from '../exit-code.js'
import { jsonOption } from '../options.js'
import type { Runner } from '../session.js'
import { addStepsChoice, planOptionsOf, stepsOf } from '../steps-choice.js'
import type { StepsChoice } from '../steps-choice.js'
import { drawingFile, drawingOption, writeDrawing } from '../steps-drawing-file.js'
import { STEPS_MODULE_HELP, withRunner } from '../steps-module.js'
import { sayPlan } from '../steps-table.js'

/** `unitflow steps plan` */
export function addStepsPlan(steps: Command, run: Runner): void {
  const command = steps
    .command('plan')
    .summary('tell what a run would do, and why')
    .description(
      'Tells what a run would do now: which steps would run, and why, with the inputs that have changed; which depend on what others will give; which would be skipped. Nothing is run.',
    )
    .argument('<module>', STEPS_MODULE_HELP)
  addStepsChoice(command)
    .addOption(drawingOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow steps plan ./report.mjs\n  unitflow steps plan ./report.mjs --from Clean -o plan.svg',
    )
    .action((module: string, flags: StepsChoice) =>
      run(flags, async (session) => {
        const file = drawingFile(flags.output)
        await withRunner(session, module, stepsOf(flags), async (runner, workflow) => {
          const plan = await runner.plan(planOptionsOf(flags))
          if (!session.sayJson(() => plan)) sayPlan(session, plan)
          if (file !== undefined) await writeDrawing(session, file, workflow, { plan })
        })
        return ExitCode.fine
      }),
    )
}
