import { canonicalForm } from '../../../../ts/fingerprint/index.js'
import type { CachePolicy } from '../../../../ts/steps/index.js'
import { seededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import type { Value } from '../../../../ts/values/index.js'
import { decodeValue } from '../../../../ts/values/index.js'

/** A step of a random workflow. */
export interface PlannedStep {
  readonly name: string
  readonly model: string
  readonly version: number
  readonly inputs: readonly { readonly field: string; readonly state: string }[]
  readonly outputs: readonly { readonly output: string; readonly state: string }[]
  /** Fields; what the model gives does not depend on them. */
  readonly ignore: readonly string[]
}

/** How its model goes about it: of the model and its wiring alone, for what was cached of it is taken for its result. */
export interface Manner {
  readonly policy: CachePolicy
  readonly ttl: number | undefined
  /** What it gives depends on what is nobody's input: only of steps that always run. */
  readonly readsWorld: boolean
  /** Many inputs come to the same. */
  readonly hasFewResults: boolean
  readonly isAsync: boolean
  readonly listens: boolean
  readonly mayFail: boolean
  /** At most. */
  readonly attempts: number
  /** In ms, of an attempt. */
  readonly timeout: number
}

/** What a model comes to. */
export type ModelResult =
  | { readonly type: 'gives'; readonly values: readonly Value[]; readonly attempts: number }
  | { readonly type: 'fails' | 'takes-too-long'; readonly attempts: number }

/** What a model does in one of its attempts. */
export interface PlannedAttempt {
  /** In ms. */
  readonly duration: number
  readonly fails: boolean
}

/** A number of 32 bits that depends on all of a text. */
export function hashOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  const text = parts.join('\0')
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

function identityOf({ name, model, version, inputs, outputs }: PlannedStep): string {
  return canonicalForm({ name, model, version, inputs: [...inputs], outputs: [...outputs] })
}

const MANNERS = new WeakMap<PlannedStep, Manner>()

export function mannerOf(step: PlannedStep): Manner {
  let manner = MANNERS.get(step)
  if (manner === undefined) MANNERS.set(step, (manner = makeManner(step)))
  return manner
}

/** Whatever is known of it. */
export function alwaysRuns(policy: CachePolicy): boolean {
  return policy === 'recompute' || policy === 'off'
}

function makeManner(step: PlannedStep): Manner {
  const random = seededRandom(hashOf('manner', identityOf(step)))
  const policy = random.pick<CachePolicy>([
    ...(['default', 'default', 'default', 'default', 'default', 'default'] as const),
    ...(['last', 'recompute', 'off'] as const),
  ])
  return {
    policy,
    ttl: random.below(8) === 0 ? random.pick([1, 1000, 50_000]) : undefined,
    readsWorld: alwaysRuns(policy) && random.below(2) === 0,
    hasFewResults: random.below(3) === 0,
    isAsync: random.below(2) === 0,
    listens: random.below(3) > 0,
    mayFail: random.below(3) === 0,
    attempts: random.pick([1, 1, 2, 3]),
    timeout: random.pick([1000, 5000]),
  }
}

/** Of one step and its inputs: a seed of all that its model does. */
function seedOf(step: PlannedStep, counted: readonly unknown[], world: number): number {
  const { readsWorld, hasFewResults } = mannerOf(step)
  const given = hashOf(...counted.map(canonicalForm), readsWorld ? world : 0)
  return hashOf(identityOf(step), hasFewResults ? given % 3 : given)
}

/** What each attempt does. */
export function attemptOf(
  step: PlannedStep,
  counted: readonly unknown[],
  world: number,
  attempt: number,
): PlannedAttempt {
  const { mayFail, isAsync, timeout, attempts } = mannerOf(step)
  const seed = seedOf(step, counted, world)
  const isSlow = isAsync && mayFail && hashOf(seed, 'slow') % 8 === 0
  const duration = isSlow ? timeout + 1 + (seed % 100) : hashOf(seed, 'time', attempt) % timeout
  const failing = hashOf(seed, 'failing') % 4 === 0 ? attempts : hashOf(seed, 'flaky') % attempts
  return { duration: isAsync ? duration : 0, fails: mayFail && !isSlow && attempt <= failing }
}

/** What a step gives for its inputs that count, in the order of its outputs. */
export function valuesOf(step: PlannedStep, counted: readonly unknown[], world: number): readonly Value[] {
  const seed = seedOf(step, counted, world)
  return step.outputs.map(({ output }) => valueOf(hashOf(seed, output)))
}

/** What all attempts of a model come to. */
export function resultOf(step: PlannedStep, counted: readonly unknown[], world: number): ModelResult {
  const { attempts, timeout } = mannerOf(step)
  for (let attempt = 1; ; attempt++) {
    const { duration, fails } = attemptOf(step, counted, world, attempt)
    if (!fails && duration <= timeout) {
      return { type: 'gives', values: valuesOf(step, counted, world), attempts: attempt }
    }
    if (attempt === attempts) return { type: fails ? 'fails' : 'takes-too-long', attempts }
  }
}

/** Values of all kinds, few enough that some come again. */
export function valueOf(seed: number): Value {
  const small = (seed >>> 8) % 50
  switch (seed % 14) {
    case 0:
      return [null, undefined, true, -0, NaN, Infinity, '', 0][small % 8]
    case 1:
      return small
    case 2:
      return `text ${small}`
    case 3:
      return `a long text ${'x'.repeat(100)} ${small}`
    case 4:
      return { b: small, a: [small, { c: null }] }
    case 5:
      return { __type: 'large', rows: Array.from({ length: 30 }, (_, at) => ({ at, of: small })) }
    case 6:
      return BigInt(small)
    case 7:
      return new Map<Value, Value>([[small, 'one']])
    case 8:
      return new Uint8Array([small, 1, 2])
    case 9:
      return { $type: 'number', value: small }
    case 10:
      return new Date(small * 1000)
    case 11:
      return { nested: [NaN, undefined, -0, 1n, small], 'a.b': { '10': 1, '9': 2, z: 0 } }
    case 12:
      return decodeValue(`{"__proto__": ${small}, "constructor": "it"}`)
    default:
      return [small, [small]]
  }
}

/** The inputs that count, by field, in the order of the fields. */
export function countedInputs({ inputs, ignore }: PlannedStep): PlannedStep['inputs'] {
  return inputs.filter(({ field }) => !ignore.includes(field))
}
