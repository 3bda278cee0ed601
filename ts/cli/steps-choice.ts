import { Option } from 'commander'
import type { Command } from 'commander'
import type { PlanOptions } from '../steps/index.js'
import type { CommonFlags } from './session.js'

/** Options that say what is to run, and where it is drawn. */
export interface StepsChoice extends CommonFlags {
  readonly force?: readonly string[]
  readonly from?: string
  readonly reuse: boolean
  readonly output?: string
}

/** The options of {@link StepsChoice} that say what is to run. */
export function addStepsChoice(command: Command): Command {
  return command
    .addOption(new Option('--force <step...>', 'these run, whatever is known of them'))
    .addOption(new Option('--from <step>', 'this runs, and all that need what it gives'))
    .option('--no-reuse', 'all run')
}

/** The names of steps in a choice. */
export function stepsOf({ force = [], from }: StepsChoice): readonly string[] {
  return from === undefined ? force : [...force, from]
}

/** What a runner is asked for. What is not said is left to how it was made. */
export function planOptionsOf({ force, from, reuse }: StepsChoice): PlanOptions {
  return {
    ...(force !== undefined && { force }),
    ...(from !== undefined && { from }),
    ...(!reuse && { reuse }),
  }
}
