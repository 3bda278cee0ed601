import type { Fields, Flat, Given, Made } from '../../fields/index.js'
import type { AnyModel, InputsOf, OutputsOf } from './model.js'

/** State names by the fields or the outputs of a model. */
export type Names = Readonly<Record<string, string>>

/**
 * Whether what a step has computed before is taken for its result (S30): `default`, where it was ever computed of the same
 * inputs; `last`, where these are the inputs that it ran with last, so a step that does something, say writes a file, does it
 * again when they go back to what they were before; `recompute`: it always runs, and what it gives is kept for others; `off`:
 * it always runs, and nothing is kept.
 */
export type CachePolicy = 'default' | 'last' | 'recompute' | 'off'

/** How a step is cached: defaults filled in. */
export interface StepCache {
  readonly policy: CachePolicy
  /** Fields that do not count: another value of one of them is no reason to run. */
  readonly ignore: readonly string[]
  /** How long (ms) a result is good; missing for ever. */
  readonly ttl?: number
}

declare const types: unique symbol

/** A model wired to state, as {@link defineStep} declares it: frozen. */
export interface Step<
  Name extends string = string,
  M extends AnyModel = AnyModel,
  Wires extends Names = Names,
  Posts extends Names = Names,
> {
  readonly type: 'step'
  readonly name: Name
  readonly model: M
  /** The state name of each field of the model that it takes: from field to state, so a field has one source (S5). */
  readonly inputs: Wires
  /** The state name of each output of the model that it gives; others are left out (S3). */
  readonly outputs: Posts
  readonly cache: StepCache
  /**
   * Of its name, its model's name and version, its wiring, and which inputs do not count: what a cached result is told apart
   * by (S19).
   */
  readonly fingerprint: string
  /** Never there; it tells the compiler. */
  readonly [types]?: { readonly wires: Wires; readonly posts: Posts }
}

/** Any step, whatever its types. */
export type AnyStep = Step

/** What a model may be wired to. */
export type WiresFor<M extends AnyModel> = { readonly [K in keyof InputsOf<M>]?: string }

/** The fields of a model that have no default. */
export type RequiredFields<M extends AnyModel> = {
  [K in keyof Given<InputsOf<M>>]-?: undefined extends Given<InputsOf<M>>[K] ? never : K
}[keyof Given<InputsOf<M>>]

/** What of a model may be given. */
export type PostsFor<M extends AnyModel> = { readonly [K in keyof OutputsOf<M>]?: string }

/** The state that a step reads. */
export type StepNeeds<S extends AnyStep> =
  S extends Step<string, infer M, infer Wires> ? Flat<Sources<InputsOf<M>, Wires>> : never

/** The state that a step gives. */
export type StepGives<S extends AnyStep> =
  S extends Step<string, infer M, Names, infer Posts> ? Flat<Targets<OutputsOf<M>, Posts>> : never

/** A name that feeds two fields must be good for both. */
type Sources<F extends Fields, Wires extends Names> = Intersection<
  {
    [K in keyof Wires]: K extends keyof Given<F> ? Readonly<Record<Wires[K], Given<F>[K]>> : never
  }[keyof Wires]
>

type Targets<F extends Fields, Posts extends Names> = Intersection<
  {
    [K in keyof Posts]: K extends keyof F ? Readonly<Record<Posts[K], Made<F>[K]>> : never
  }[keyof Posts]
>

export type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never
