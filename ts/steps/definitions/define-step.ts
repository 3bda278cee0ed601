import { assertName, assertThat } from '../../checks/index.js'
import type { Duration } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import { fingerprint } from '../../fingerprint/index.js'
import { isTypeOnly } from '../../schema/index.js'
import { assertObject } from '../values/index.js'
import type { AnyModel } from './model.js'
import type {
  AnyStep,
  CachePolicy,
  Names,
  PostsFor,
  RequiredFields,
  Step,
  StepCache,
  WiresFor,
} from './step.js'

/** How a step is cached. */
export interface StepCacheOptions<Field extends string = string> {
  /** @default 'default' */
  readonly policy?: CachePolicy
  /** Fields that do not count: another value of one of them is no reason to run. @default [] */
  readonly ignore?: readonly Field[]
  /** How long a result is good. @default for ever */
  readonly ttl?: Duration
}

/** What a step is made of. */
export interface StepDefinition<
  Name extends string,
  M extends AnyModel,
  Wires extends Names,
  Posts extends Names,
> {
  /** Of a workflow each step has another. @default the model's */
  readonly name?: Name
  readonly model: M & Wired<M, Wires>
  /** The state name of each field. */
  readonly inputs?: Wires & WiresFor<M> & Others<Wires, WiresFor<M>>
  /** The state name of each output that is to be given. */
  readonly outputs?: Posts & PostsFor<M> & Others<Posts, PostsFor<M>>
  readonly cache?: CachePolicy | StepCacheOptions<keyof Wires & string>
}

/** A field that has no default is wired to some state. */
type Wired<M extends AnyModel, Wires extends Names> = [Exclude<RequiredFields<M>, keyof Wires>] extends [
  never,
]
  ? unknown
  : { readonly 'these fields are wired to no state': Exclude<RequiredFields<M>, keyof Wires> }

/** There is no such field, or output. */
type Others<Given, Known> = Readonly<Record<Exclude<keyof Given & string, keyof Known>, never>>

type NoNames = { readonly [Name in never]: Extract<Name, string> }

/**
 * Wires a model to state (S1).
 *
 * @example
 * defineStep({ model: Mean, inputs: { data: 'tidy' }, outputs: { mean: 'average' } })
 * @throws `bad-argument`
 */
export function defineStep<
  const M extends AnyModel,
  const Wires extends Names = NoNames,
  const Posts extends Names = NoNames,
  const Name extends string = M['name'],
>(definition: StepDefinition<Name, M, Wires, Posts>): Step<Name, M, NoInfer<Wires>, NoInfer<Posts>>
export function defineStep(definition: AnyDefinition): AnyStep {
  const isRecord = typeof definition === 'object' && (definition as unknown) !== null
  assertThat('defineStep', 'an object { model, inputs, outputs }', isRecord)
  const { model, inputs = {}, outputs = {} } = definition
  assertThat('model', 'a model, as defineModel makes it', isModel(model))
  const { name = model.name } = definition
  assertName(name, 'name of the step')
  const of = `step '${name}'`
  assertNames(inputs, `${of}: inputs`)
  assertNames(outputs, `${of}: outputs`)
  for (const field of Object.keys(inputs)) {
    assertThat(
      `${of}: inputs`,
      `fields of the model '${model.name}'; it has no '${field}'`,
      Object.hasOwn(model.inputs, field),
    )
  }
  for (const [field, schema] of Object.entries(model.inputs)) {
    // Whether a schema has a default is known when it is asked.
    const isWired = Object.hasOwn(inputs, field) || !isTypeOnly(schema)
    assertThat(`${of}: inputs`, `a state name for each field of the model; '${field}' has none`, isWired)
  }
  for (const output of Object.keys(outputs)) {
    assertThat(
      `${of}: outputs`,
      `outputs of the model '${model.name}'; it has no '${output}'`,
      Object.hasOwn(model.outputs, output),
    )
  }
  const given = Object.values(outputs)
  assertThat(`${of}: outputs`, 'another state name for each output', new Set(given).size === given.length)
  const cache = cacheOf(definition.cache, model, of)
  return Object.freeze({
    type: 'step',
    name,
    model,
    inputs: Object.freeze({ ...inputs }),
    outputs: Object.freeze({ ...outputs }),
    cache,
    fingerprint: fingerprint({
      type: 'step',
      name,
      model: model.name,
      version: model.version,
      // Their order does not count.
      inputs: { ...inputs },
      outputs: { ...outputs },
      // Inputs that count are told apart by their order alone.
      ...(cache.ignore.length > 0 && { ignore: [...new Set(cache.ignore)].sort() }),
    }),
  })
}

interface AnyDefinition {
  readonly name?: string
  readonly model: AnyModel
  readonly inputs?: Names
  readonly outputs?: Names
  readonly cache?: CachePolicy | StepCacheOptions
}

const POLICIES: readonly string[] = ['default', 'last', 'recompute', 'off']

function cacheOf(given: CachePolicy | StepCacheOptions = {}, { inputs }: AnyModel, of: string): StepCache {
  if (typeof given !== 'string') assertObject(`${of}: cache`, given)
  const { policy = 'default', ignore = [], ttl } = typeof given === 'string' ? { policy: given } : given
  assertThat(`${of}: cache`, "'default', 'last', 'recompute' or 'off'", POLICIES.includes(policy))
  assertThat(`${of}: cache.ignore`, 'a list of fields of its model', isList(ignore))
  for (const field of ignore)
    assertThat(`${of}: cache.ignore`, 'fields of its model', Object.hasOwn(inputs, field))
  return Object.freeze({
    policy,
    ignore: Object.freeze([...ignore]),
    ...(ttl !== undefined && { ttl: milliseconds(ttl, `${of}: cache.ttl`) }),
  })
}

function isList(value: unknown): boolean {
  return Array.isArray(value)
}

function assertNames(names: Names, argument: string): void {
  const isRecord = typeof names === 'object' && (names as unknown) !== null && !Array.isArray(names)
  assertThat(argument, 'an object of state names', isRecord)
  for (const [field, name] of Object.entries(names)) assertName(name, `${argument}.${field.slice(0, 100)}`)
}

function isModel(model: unknown): boolean {
  return typeof model === 'object' && model !== null && 'type' in model && model.type === 'model'
}
