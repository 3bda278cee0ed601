import type { ManualClock } from '../../clock/index.js'
import type {
  AnyModel,
  AnyStep,
  AnyStepWorkflow,
  Schema,
  State,
  StateValues,
  StepCache,
  StepContext,
  StepRunner,
  StepRunnerOptions,
  StepRunReport,
} from '../../steps/index.js'
import { createRunner, createStepWorkflow, defineModel, defineStep, of } from '../../steps/index.js'
import { encodeValue } from '../../values/index.js'
import { assertEqual, assertThat } from '../assertions.js'

/** What state of a medium may do without: `reopen` where another object of the same name has values of its own. */
export type StepStatePart = 'reopen'

/** One test of the suite. */
export interface StepCase {
  readonly name: string
  readonly needs?: readonly StepStatePart[]
  run(work: StepWork): Promise<void>
}

/** What a case works on. */
export interface StepCaseContext {
  readonly clock: ManualClock
  readonly open: (name: string, mutable: boolean) => State
}

/** How a step of numbers is made. */
export interface NumberStepOptions {
  /** @default the step's */
  readonly model?: string
  readonly version?: number
  readonly cache?: Partial<StepCache>
  readonly retry?: NonNullable<StepRunnerOptions<AnyStepWorkflow, State>['retry']>
  readonly timeout?: number
}

type RunnerOptions = Partial<Omit<StepRunnerOptions<AnyStepWorkflow, State>, 'workflow' | 'state'>>

/** What cases do with steps, in few words. */
export class StepWork {
  readonly clock: ManualClock
  /** Steps whose models were called, one after the other. */
  ran: string[] = []
  readonly open: StepCaseContext['open']
  #states = 0

  constructor({ clock, open }: StepCaseContext) {
    this.clock = clock
    this.open = open
  }

  /** State that nobody else has. */
  async state(values: StateValues = {}, mutable = true): Promise<State> {
    const state = this.open(`state ${this.#states++}`, mutable)
    await state.setMany(values)
    return state
  }

  /** A step that makes something of numbers: its fields are called as the states that it needs. */
  step(
    name: string,
    needs: readonly string[],
    gives: string,
    make: (given: readonly number[], step: StepContext) => unknown,
    options: NumberStepOptions = {},
  ): AnyStep {
    const { model: modelName = name, version = 1, cache = {}, retry, timeout } = options
    const model: AnyModel = defineModel({
      name: modelName,
      version,
      inputs: numbers(needs),
      outputs: { made: of<unknown>() },
      ...(retry && { retry }),
      ...(timeout !== undefined && { timeout }),
      run: (inputs, step) => {
        this.ran.push(name)
        const given = make(
          needs.map((need) => inputs[need] ?? NaN),
          step,
        )
        return given instanceof Promise ? given.then((made: unknown) => ({ made })) : { made: given }
      },
    })
    return defineStep({ name, model, inputs: same(needs), outputs: { made: gives }, cache })
  }

  /** `b` is one more than `a`, `c` is one more than `b`: 1, 2, 3. */
  chain(): AnyStepWorkflow {
    return createStepWorkflow(
      [this.step('b', ['a'], 'b', ([a = NaN]) => a + 1), this.step('c', ['b'], 'c', ([b = NaN]) => b + 1)],
      { name: 'chain' },
    )
  }

  runner(
    workflow: AnyStepWorkflow | readonly AnyStep[],
    state: State,
    options: RunnerOptions = {},
  ): StepRunner {
    const made = 'order' in workflow ? workflow : createStepWorkflow(workflow)
    return createRunner({ workflow: made, state, clock: this.clock, random: () => 0, ...options })
  }

  /** Fails unless these models, and no others, were called since it was asked last. */
  assertRan(expected: readonly string[], what: string): void {
    assertEqual(this.ran, expected, `models called ${what}`)
    this.ran = []
  }

  /** Lets time go on until this has settled. */
  async through<T>(running: Promise<T>): Promise<T> {
    const over = new AbortController()
    const end = (): void => over.abort()
    running.then(end, end)
    // A store in a page or on a disk takes turns of its own.
    for (let turns = 0; !over.signal.aborted && turns < 10_000; turns++) {
      if (turns % 20 === 19) await this.clock.advanceToNext()
      else await this.clock.advance(0)
    }
    return running
  }
}

function numbers(names: readonly string[]): Readonly<Record<string, Schema<number>>> {
  return Object.fromEntries(names.map((name) => [name, of<number>()]))
}

function same(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, name]))
}

/** Fails unless the run has completed with these outputs. */
export function assertCompleted(report: StepRunReport, outputs: unknown, what: string): void {
  const error = report.status === 'completed' ? '' : ` (${report.error.code ?? ''}: ${report.error.message})`
  assertThat(report.status === 'completed', `${what}: expected completed, got ${report.status}${error}`)
  assertSame(report.outputs, outputs, `outputs ${what}`)
}

/** Fails unless the run has failed with an error of this code. @returns its message */
export function assertFailed(report: StepRunReport, code: string, what: string): string {
  assertThat(report.status !== 'completed', `${what}: expected ${code}, but it completed`)
  assertEqual(report.error.code, code, `the error ${what} (${report.error.message})`)
  return report.error.message
}

/** Of each step what became of it, and why. */
export function shown({ steps }: StepRunReport): string[] {
  return steps.map((one) => {
    const because = one.type === 'blocked' ? `by ${one.by.join(' ')}`.trim() : one.because
    return `${one.step} ${one.type}: ${because}`
  })
}

/** Fails unless both are the same value, of the same types; in what order the names of state are does not count. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  assertEqual(encodeValue(inOrder(actual)), encodeValue(inOrder(expected)), what)
}

function inOrder(value: unknown): unknown {
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return isPlain ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value
}

/** Fails unless the text has all of these. */
export function assertTells(text: string, parts: readonly string[], what: string): void {
  for (const part of parts) assertThat(text.includes(part), `${what}: expected '${part}' in: ${text}`)
}
