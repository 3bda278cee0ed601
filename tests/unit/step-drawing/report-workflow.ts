import { createState, createStepWorkflow, defineModel, defineStep, of } from '../../../ts/steps/index.js'
import type { AnyStep, AnyStepWorkflow, State, StepRunner } from '../../../ts/steps/index.js'
import { createRunner } from '../../../ts/steps/index.js'

/** A step that gives texts made of all that it needs, or what it is told to do. */
export function stepOf(
  name: string,
  needs: readonly string[],
  gives: readonly string[],
  run?: (given: object) => Readonly<Record<string, unknown>>,
): AnyStep {
  const fields = (names: readonly string[]): Readonly<Record<string, ReturnType<typeof of<unknown>>>> =>
    Object.fromEntries(names.map((one) => [one, of<unknown>()]))
  const byName = (names: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(names.map((one) => [one, one]))
  const model = defineModel({
    name,
    inputs: fields(needs),
    outputs: fields(gives),
    run: async (given) =>
      run === undefined
        ? Object.fromEntries(gives.map((one) => [one, `${one} of ${JSON.stringify(given)}`]))
        : run(given),
  })
  return defineStep({ model, inputs: byName(needs), outputs: byName(gives) })
}

/** A report that is made of rows: what is needed is given, too, and mailing it can be told to fail. */
export function reportWorkflow(trouble: { error?: Error } = {}): {
  readonly workflow: AnyStepWorkflow
  readonly state: State
  readonly runner: StepRunner
} {
  const workflow: AnyStepWorkflow = createStepWorkflow(
    [
      stepOf('Read', ['folder'], ['rows', 'columns']),
      stepOf('Clean', ['rows', 'columns'], ['tidy']),
      stepOf('Count', ['tidy'], ['count'], () => ({ count: 4 })),
      stepOf('Mail', ['count', 'tidy', 'to'], ['mailed'], () => {
        if (trouble.error !== undefined) throw trouble.error
        return { mailed: true }
      }),
      stepOf('Audit', ['mailed'], ['log']),
    ],
    { name: 'report' },
  )
  const state: State = createState({ folder: 'a', to: 'me' }, { mutable: true })
  return { workflow, state, runner: createRunner({ workflow, state: () => state }) }
}
