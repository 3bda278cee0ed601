import type {
  LastComputed,
  RunOptions,
  StepPlan,
  StepReport,
  StepRunReport,
} from '../../../../ts/steps/index.js'
import { fingerprint } from '../../../../ts/fingerprint/index.js'
import type { Expected, ExpectedStep, Values } from './oracle.js'
import { dependentsOf, isSameValue } from './oracle.js'
import { alwaysRuns, mannerOf } from './planned-step.js'

/** What each step was last computed from. */
export type Lasts = ReadonlyMap<string, LastComputed | undefined>

/** All that is known of a run that nobody has disturbed. */
export interface QuietRun {
  readonly expected: Expected
  readonly options: RunOptions
  readonly before: Values
  readonly after: Values
  readonly lastsBefore: Lasts
  readonly lastsAfter: Lasts
  readonly report: StepRunReport
  readonly plan: StepPlan
  /** How often each model was called. */
  readonly calls: ReadonlyMap<string, number>
  /** Whether results may go between the plan and the run. */
  readonly isLimited: boolean
}

/** The codes of what is no error of a model. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['lacks', 'no-such-state'],
  ['refused', 'state-is-immutable'],
  ['takes-too-long', 'timed-out'],
])

/** What is wrong with how a report says what became of each step. */
export function brokenForm(
  { steps, ran, skipped, failed, status }: StepRunReport,
  expected: Expected,
): string[] {
  const broken: string[] = []
  const names = steps.map(({ step }) => step).join()
  if (names !== expected.steps.map(({ step }) => step.name).join()) broken.push(`the steps are ${names}`)
  const ofType = (...types: readonly StepReport['type'][]): string =>
    steps
      .filter(({ type }) => types.includes(type))
      .map(({ step }) => step)
      .join()
  if (ran.join() !== ofType('ran')) broken.push(`ran: ${ran.join()}`)
  if (skipped.map(({ step }) => step).join() !== ofType('skipped')) broken.push('the list of those skipped')
  if (failed.join() !== ofType('failed', 'timed-out', 'canceled', 'blocked')) {
    broken.push(`failed: ${failed.join()}`)
  }
  // Called off while the state was changed under it, a run may have come to nothing where no step has.
  const isOver = failed.length === 0 && status !== 'canceled'
  if ((status === 'completed') !== isOver) broken.push(`${status}, failed: ${failed.join()}`)
  return broken
}

/** What is wrong with a run to which nothing has happened, and with what it has left. */
export function brokenRun(run: QuietRun): string[] {
  const { expected, report, after, plan } = run
  const broken = brokenForm(report, expected)
  if ((report.status === 'completed') !== expected.isCompleted) broken.push(`it has ${report.status}`)
  broken.push(...brokenValues('the state', after, expected.after))
  broken.push(...brokenValues('its outputs', new Map(Object.entries(report.outputs)), expected.results))
  for (const [at, one] of expected.steps.entries()) {
    const told = report.steps[at]
    if (told === undefined) continue
    const what = [...brokenStep(run, one, told), ...brokenLast(run, one), ...brokenPlan(run, one, told)]
    broken.push(...what.map((problem) => `${one.step.name} (${one.type}, ${told.type}): ${problem}`))
  }
  const isExact =
    plan.depends.length === 0 &&
    expected.isCompleted &&
    !run.isLimited &&
    expected.steps.every(({ step }) => mannerOf(step).ttl === undefined)
  if (isExact && plan.runs.join() !== report.ran.join()) {
    broken.push(`planned: ${plan.runs.join()}; ran: ${report.ran.join()}`)
  }
  return broken
}

function brokenStep(run: QuietRun, one: ExpectedStep, told: StepReport): string[] {
  const { step, type, inputs, outputs, attempts, after } = one
  const { before, options, expected, calls, lastsBefore } = run
  const called = calls.get(step.name) ?? 0
  const broken: string[] = []
  const mustRun = isAsked(run, one)
  switch (told.type) {
    case 'ran': {
      if (type !== 'gives') broken.push('it cannot have run')
      if (told.attempts !== attempts || called !== attempts) {
        broken.push(`${told.attempts} attempts, ${called} calls, expected ${attempts}`)
      }
      const changed = [...outputs].filter(([state, value]) => !isThere(before, state, value))
      const names = new Set(changed.map(([state]) => state))
      if (names.size !== told.changed.length || !told.changed.every((state) => names.has(state))) {
        broken.push(`changed: ${told.changed.join()}`)
      }
      const isKnown = !mustRun && inputs !== undefined && isLastOf(lastsBefore.get(step.name), inputs)
      const isInPlace = [...outputs].every(([state, value]) => isThere(before, state, value))
      if (isKnown && isInPlace && mannerOf(step).ttl === undefined) broken.push('it ran for nothing')
      break
    }
    case 'skipped':
      if (type !== 'gives') broken.push('it cannot be skipped')
      if (mustRun) broken.push('it had to run')
      if (called > 0) broken.push(`it was called ${called} times`)
      for (const state of told.restored ?? []) {
        if (isThere(before, state, outputs.get(state))) broken.push(`${state} was there`)
      }
      if (told.restored === undefined) {
        const isInPlace = [...outputs].every(([state, value]) => isThere(before, state, value))
        if (!isInPlace) broken.push('its outputs were others')
      }
      break
    case 'failed':
    case 'timed-out': {
      const code = CODES.get(type)
      if (type === 'gives' || type === 'blocked') broken.push('it has failed')
      if (told.error.code !== code) broken.push(`${told.error.code}: ${told.error.message}`)
      if ((told.type === 'timed-out') !== (type === 'takes-too-long')) broken.push('of another type')
      if (type !== 'refused' && told.attempts !== attempts) broken.push(`${told.attempts} attempts`)
      break
    }
    case 'blocked': {
      const stuck = new Set(
        expected.steps.filter((other) => other.type !== 'gives').map((other) => other.step.name),
      )
      const by = after.filter((name) => stuck.has(name))
      if (type !== 'blocked') broken.push('it is blocked')
      if ([...told.by].sort().join() !== by.sort().join()) broken.push(`by ${told.by.join()}`)
      break
    }
    case 'canceled':
      broken.push('nobody has canceled it')
  }
  const isForced = options.force?.includes(step.name) === true
  return isForced && told.type === 'skipped' ? [...broken, 'it was forced'] : broken
}

/** Whether it runs, whatever is known of it. */
function isAsked({ options, expected }: QuietRun, { step }: ExpectedStep): boolean {
  const { force = [], from, reuse = true } = options
  const isFrom = from !== undefined && dependentsOf(expected, from).has(step.name)
  return force.includes(step.name) || isFrom || !reuse || alwaysRuns(mannerOf(step).policy)
}

function brokenLast(run: QuietRun, one: ExpectedStep): string[] {
  const { options, lastsBefore, lastsAfter, report, isLimited } = run
  const { step, type, inputs } = one
  const { policy, ttl } = mannerOf(step)
  const last = lastsAfter.get(step.name)
  if (type !== 'gives') {
    const before = lastsBefore.get(step.name)
    const isSame = isSameValue(last, before) || (isLimited && last === undefined)
    return isSame ? [] : ['it came to nothing, and its last is another']
  }
  if (options.keep === false || policy === 'off') return []
  if (last === undefined || inputs === undefined || !isLastOf(last, inputs))
    return ['its last is of other inputs']
  if (ttl !== undefined && last.at + ttl <= report.startedAt) return ['what it gave is too old']
  return brokenValues('its last', new Map(Object.entries(valuesIn(last))), one.outputs)
}

function brokenPlan({ plan, isLimited }: QuietRun, { step }: ExpectedStep, told: StepReport): string[] {
  if (isLimited || mannerOf(step).ttl !== undefined) return []
  const planned = plan.steps.find((one) => one.step === step.name)
  switch (planned?.type) {
    case 'run':
      return told.type === 'skipped' ? ['it was to run'] : []
    case 'skip':
      return told.type === 'ran' ? [`it was to be skipped, and ran: ${told.because}`] : []
    case 'blocked':
      return told.type === 'ran' || told.type === 'skipped' ? ['it was to be blocked'] : []
    case 'depends':
      return planned.on.length > 0 ? [] : ['it depends on nothing']
    case undefined:
      return ['it was not planned']
  }
}

function isLastOf(last: LastComputed | undefined, inputs: Values): boolean {
  if (last === undefined) return false
  const isIt = ([state, value]: readonly [string, unknown]): boolean =>
    Object.hasOwn(last.inputs, state) && last.inputs[state] === fingerprint(value)
  return Object.keys(last.inputs).length === inputs.size && [...inputs].every(isIt)
}

function valuesIn({ outputs }: LastComputed): Readonly<Record<string, unknown>> {
  return outputs
}

export function brokenValues(
  what: string,
  values: ReadonlyMap<string, unknown>,
  expected: ReadonlyMap<string, unknown>,
): string[] {
  const broken: string[] = []
  for (const name of new Set([...values.keys(), ...expected.keys()])) {
    if (values.has(name) === expected.has(name) && isSameValue(values.get(name), expected.get(name))) continue
    const shown = (from: ReadonlyMap<string, unknown>): string =>
      from.has(name) ? fingerprint(from.get(name)).slice(0, 8) : 'nothing'
    broken.push(`${what}: ${name} is ${shown(values)}, expected ${shown(expected)}`)
  }
  return broken
}

export function isThere(values: Values, name: string, value: unknown): boolean {
  return values.has(name) && isSameValue(values.get(name), value)
}
