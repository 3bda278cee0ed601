import { assertThat } from '../checks/index.js'
import type { AnyStepWorkflow, KeptReport, StepPlan } from '../steps/index.js'
import { drawnSteps } from './drawn-steps.js'
import type { DrawnSteps } from './drawn-steps.js'
import { stepGraph } from './step-graph.js'
import { marksOfPlan, marksOfReport } from './step-mark.js'
import { mermaidOfSteps } from './step-mermaid.js'
import { svgOfSteps } from './step-svg.js'
import { summaryOf } from './step-summary.js'

/** What is said of the steps: what became of them, or what would. Not both: a drawing has one time. */
export interface DescribeOptions {
  /** What a run has come to, or a report that was kept. */
  readonly report?: KeptReport | undefined
  /** What a run would do. */
  readonly plan?: StepPlan | undefined
  /** Where the steps lead: `down` for narrow places. @default 'right' */
  readonly direction?: 'right' | 'down'
}

/** A step workflow as texts that draw it. */
export interface StepDescription {
  /** A flowchart of Mermaid, which many sites that show Markdown draw. */
  readonly mermaid: string
  /** An SVG that stands by itself: no scripts, no fonts from elsewhere, light or dark as the reader has it. */
  readonly svg: string
}

/**
 * Draws a step workflow: its steps with the state names on the ways between them, what it needs before them, what it
 * comes to behind them. With a report each step is marked by what became of it, by a sign and words as well as by colour, and with a
 * plan by what would; ways over which another value has come are thick. Each text is made when it is first read.
 *
 * Up to 400 steps and states are drawn; of a larger workflow those first about which there is more to say than that nothing
 * has changed, and the drawing says how many are left out.
 *
 * @example
 * const { svg } = describe(workflow, { report: await runner.run() })
 * @throws `bad-argument`
 */
export function describe(workflow: AnyStepWorkflow, options: DescribeOptions = {}): StepDescription {
  const isWorkflow =
    typeof workflow === 'object' &&
    (workflow as unknown) !== null &&
    'type' in workflow &&
    'order' in workflow
  assertThat('workflow', 'a workflow, as createStepWorkflow makes it', isWorkflow)
  const { report, plan, direction = 'right' } = options
  assertThat('describe', 'a report or a plan, not both', report === undefined || plan === undefined)
  const marks =
    report !== undefined
      ? marksOfReport(report)
      : plan !== undefined
        ? marksOfPlan(plan)
        : new Map<string, never>()
  let drawn: DrawnSteps | undefined
  const summary = summaryOf(workflow, options)
  const steps = (): DrawnSteps => (drawn ??= drawnSteps(stepGraph(workflow, marks)))
  let mermaid: string | undefined
  let svg: string | undefined
  return {
    get mermaid() {
      return (mermaid ??= mermaidOfSteps(workflow.name, steps(), direction))
    },
    get svg() {
      return (svg ??= svgOfSteps(workflow.name, summary, steps(), direction))
    },
  }
}
