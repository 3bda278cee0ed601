/** A step of the way to where a value is wrong. */
export interface SchemaPathSegment {
  readonly key: PropertyKey
}

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | SchemaPathSegment)[] | undefined
}

/** What a schema says of a value: its output, or what is wrong. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

/**
 * Anything that speaks Standard Schema, version 1: Zod, Valibot, ArkType and others, or {@link of}.
 *
 * `Input` is what it is given, `Output` what it makes of that, defaults filled in and texts parsed.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** Never there; it tells the compiler. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema is given. */
export type SchemaInput<S extends Schema> = S extends Schema<infer Input, unknown> ? Input : never

/** What a schema makes of it. */
export type SchemaOutput<S extends Schema> = S extends Schema<unknown, infer Output> ? Output : never
