import { isUnitflowError } from '../errors/index.js'
import type { AnyStepWorkflow, StepRunner } from '../steps/index.js'
import { ExitCode } from './exit-code.js'
import { CommandError } from './failures.js'
import { firstLine, importedModule } from './imported-module.js'
import type { Io } from './io.js'
import type { Session } from './session.js'

/** What an argument that names a module is, for help texts. */
export const STEPS_MODULE_HELP = 'an ES module that exports `runner`, or as default, what createRunner makes'

const EXPORTS = ['runner', 'default']

/**
 * The runner that a module exports: itself, or a function that makes one.
 *
 * @throws `FileError`, {@link CommandError} `bad-module`, `no-runner`
 */
async function loadRunner(io: Io, module: string): Promise<StepRunner> {
  const exported = new Map<string, unknown>(Object.entries(await importedModule(io, module)))
  for (const name of EXPORTS) {
    const found = exported.get(name)
    const runner = typeof found === 'function' ? await made(io, module, name, found as () => unknown) : found
    if (isRunner(runner)) return runner
  }
  const names = [...exported.keys()]
  const has = names.length === 0 ? 'nothing' : names.join(', ')
  throw new CommandError(
    'no-runner',
    `${module} exports no runner of steps: it exports ${has}`,
    ExitCode.refused,
    {
      hint: 'export const runner = createRunner({ workflow, state })',
      fields: { module, exports: names },
    },
  )
}

async function made(io: Io, module: string, name: string, make: () => unknown): Promise<unknown> {
  return ofUser(io, () => make(), `\`${name}\` of ${module} has thrown`, module)
}

/** Does something that calls the user's functions: what these throw is no mistake of this package. */
async function ofUser<T>(io: Io, work: () => T | Promise<T>, about: string, module: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUnitflowError(error) || io.signal.aborted) throw error
    throw new CommandError('bad-module', `${about}: ${firstLine(error)}`, ExitCode.failed, {
      fields: { module },
      cause: error,
    })
  }
}

/** What is asked of a runner. */
export type LoadedRunner = Pick<StepRunner, 'plan' | 'run' | 'lastReport'>

/**
 * Works with the runner of a module, and its workflow. For machines stdout is one document, whatever the module prints.
 *
 * @param steps names that the workflow must have
 */
export async function withRunner<T>(
  { io, json }: Session,
  module: string,
  steps: readonly string[],
  work: (runner: LoadedRunner, workflow: AnyStepWorkflow) => Promise<T>,
): Promise<T> {
  const release = json ? io.capture((text) => io.stderr.write(text)) : undefined
  try {
    const runner = await loadRunner(io, module)
    const ask = <A>(question: () => Promise<A>): Promise<A> =>
      ofUser(io, question, `the runner of ${module} has thrown`, module)
    const workflow = await ask(() => runner.workflow())
    assertSteps(workflow, steps)
    const loaded: LoadedRunner = {
      plan: (options) => ask(() => runner.plan(options)),
      run: (options) => ask(() => runner.run(options)),
      lastReport: () => ask(() => runner.lastReport()),
    }
    return await work(loaded, workflow)
  } finally {
    release?.()
  }
}

/** @throws {@link CommandError} `unknown-step` for names that no step has */
function assertSteps({ name, steps }: AnyStepWorkflow, asked: readonly string[]): void {
  const names = steps.map((step) => step.name)
  const unknown = asked.find((one) => !names.includes(one))
  if (unknown === undefined) return
  const shown = names.slice(0, SHOWN).join(', ')
  const more = names.length > SHOWN ? ` and ${(names.length - SHOWN).toLocaleString('en')} more` : ''
  const message = `the workflow '${name}' has no step ${JSON.stringify(unknown)}`
  throw new CommandError('unknown-step', message, ExitCode.failed, {
    hint: `Its steps are ${shown}${more}.`,
    fields: { workflow: name, step: unknown },
  })
}

/** Names in a hint. */
const SHOWN = 20

/** By what it can do: the module may have another copy of this package. */
function isRunner(value: unknown): value is StepRunner {
  if (typeof value !== 'object' || value === null) return false
  const runner: Partial<Record<keyof StepRunner, unknown>> = value
  return [runner.plan, runner.run, runner.lastReport, runner.workflow].every(
    (one) => typeof one === 'function',
  )
}
