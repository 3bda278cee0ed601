import { shortened } from '../drawing/index.js'
import type { InputChange, RunReason, SkipReason } from '../steps/index.js'

const REASONS: Readonly<Record<RunReason | SkipReason, string>> = {
  'never-ran': 'never ran',
  'inputs-changed': 'inputs changed',
  'step-changed': 'the step changed',
  expired: 'its result is too old',
  forced: 'asked for',
  policy: 'its policy',
  'not-reusing': 'nothing is reused',
  'result-gone': 'its result is gone',
  'inputs-unchanged': 'inputs unchanged',
  'computed-before': 'computed before',
}

/** Why a step runs, or is skipped. */
export function reasonText(because: RunReason | SkipReason): string {
  return REASONS[because]
}

/** Characters of a fingerprint that tell people one from another, and of a value that is told itself. */
const SHORT = 8
const VALUE = 20

/** Which inputs are others: `raw 3f2a91c0 -> 9be01d22`, or the values themselves, where these are short. */
export function changesText(changes: readonly InputChange[]): string {
  return changes
    .map(({ state, before, after }) => `${state} ${shortOf(before)} -> ${shortOf(after)}`)
    .join(', ')
}

function shortOf(digest: string): string {
  return digest.startsWith('=') ? shortened(digest.slice(1), VALUE) : digest.slice(0, SHORT)
}

/** A number of things. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
