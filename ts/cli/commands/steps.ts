import type { Command } from 'commander'
import type { Runner } from '../session.js'
import { addStepsPlan } from './steps-plan.js'
import { addStepsReport } from './steps-report.js'
import { addStepsRun } from './steps-run.js'

/** `unitflow steps` */
export function addSteps(program: Command, run: Runner): void {
  const steps = program
    .command('steps')
    .summary('plan and run the steps of a module, and tell what they came to')
    .description(
      'Plans and runs the step workflow of a module, and tells what its last run has come to. The module exports what createRunner makes, or a function that gives it.',
    )
  for (const add of [addStepsPlan, addStepsRun, addStepsReport]) add(steps, run)
}
