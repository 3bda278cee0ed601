import type { KeptReport, PlannedStep, StepPlan, StepReport } from '../steps/index.js'
import { spanOf } from '../timeline/span.js'
import { changesText, reasonText } from './step-words.js'

/** What became of a step, or would; each has a sign of its own. */
export type MarkKind =
  'ran' | 'skipped' | 'restored' | 'failed' | 'timed-out' | 'canceled' | 'blocked' | 'would-run' | 'depends'

/** What is said of a step. */
export interface StepMark {
  readonly kind: MarkKind
  /** In its box. */
  readonly words: string
  /** Beside it, for whoever asks for more. */
  readonly details: readonly string[]
  /** Inputs that are others than last time. */
  readonly inputs: readonly string[]
  /** What it gives that is another than before. */
  readonly changed: readonly string[]
}

/** By the name of its step. */
export type StepMarks = ReadonlyMap<string, StepMark>

export function marksOfReport({ steps }: Pick<KeptReport, 'steps'>): StepMarks {
  return new Map(steps.map((report) => [report.step, markOfReport(report)]))
}

export function marksOfPlan({ steps }: Pick<StepPlan, 'steps'>): StepMarks {
  return new Map(steps.map((planned) => [planned.step, markOfPlan(planned)]))
}

const NOTHING = { details: [], inputs: [], changed: [] }

function markOfReport(report: StepReport): StepMark {
  switch (report.type) {
    case 'ran': {
      const { changes = [], changed, attempts, milliseconds, because } = report
      const tried = attempts > 1 ? `, ${attempts} attempts` : ''
      const gave = changed.length === 0 ? 'Changed nothing' : `Changed ${changed.join(', ')}`
      return {
        kind: 'ran',
        words: `ran, ${spanOf(milliseconds)}${tried}`,
        details: [whyText(because, changes), gave],
        inputs: changes.map(({ state }) => state),
        changed,
      }
    }
    case 'skipped': {
      const { because, restored } = report
      if (restored === undefined) return { ...NOTHING, kind: 'skipped', words: reasonText(because) }
      const details = [`Because: ${reasonText(because)}`, `Given back: ${restored.join(', ')}`]
      return { kind: 'restored', words: 'restored', details, inputs: [], changed: restored }
    }
    case 'failed':
    case 'timed-out':
    case 'canceled': {
      const { type, changes = [], attempts, milliseconds, because, error } = report
      const tried = attempts > 1 ? `, ${attempts} attempts` : ''
      const name = type === 'timed-out' ? 'timed out' : type
      return {
        kind: type,
        words: attempts === 0 ? name : `${name} after ${spanOf(milliseconds)}${tried}`,
        details: [whyText(because, changes), `${error.code ?? error.name}: ${error.message}`],
        inputs: changes.map(({ state }) => state),
        changed: [],
      }
    }
    case 'blocked': {
      const { by } = report
      if (by.length === 0) return { ...NOTHING, kind: 'blocked', words: 'not begun' }
      return {
        ...NOTHING,
        kind: 'blocked',
        words: 'not begun',
        details: [`Needs what ${by.join(', ')} did not give`],
      }
    }
  }
}

function markOfPlan(planned: PlannedStep): StepMark {
  switch (planned.type) {
    case 'run': {
      const { because, changes = [] } = planned
      return {
        kind: 'would-run',
        words: 'would run',
        details: [whyText(because, changes)],
        inputs: changes.map(({ state }) => state),
        changed: [],
      }
    }
    case 'skip':
      return { ...NOTHING, kind: 'skipped', words: reasonText(planned.because) }
    case 'depends':
      return {
        ...NOTHING,
        kind: 'depends',
        words: 'depends',
        details: [`Runs if something else comes from ${planned.on.join(', ')}`],
      }
    case 'blocked':
      return {
        ...NOTHING,
        kind: 'blocked',
        words: 'cannot run',
        details: [`Without a value: ${planned.missing.join(', ')}`],
      }
  }
}

function whyText(
  because: Parameters<typeof reasonText>[0],
  changes: Parameters<typeof changesText>[0],
): string {
  return `Because: ${reasonText(because)}${changes.length === 0 ? '' : `: ${changesText(changes)}`}`
}
