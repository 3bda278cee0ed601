import type { Schema, SchemaInput, SchemaOutput } from '../schema/index.js'

/** Values by name, each with its schema (Zod, Valibot, ArkType, …), or `of<T>()`. */
export type Fields = Readonly<Record<string, Schema>>

/** Values as whoever hands them in has them: before their schemas. */
export type Given<F extends Fields> = Flat<
  { readonly [K in keyof F as undefined extends SchemaInput<F[K]> ? never : K]: SchemaInput<F[K]> } & {
    readonly [K in keyof F as undefined extends SchemaInput<F[K]> ? K : never]?: SchemaInput<F[K]>
  }
>

/** Values as schemas have made them: what is stored, and handed on. */
export type Made<F extends Fields> = { readonly [K in keyof F]: SchemaOutput<F[K]> }

/** One object type, as editors show it. */
export type Flat<T> = { [K in keyof T]: T[K] }

/** No values at all. */
export type NoFields = { readonly [Name in never]: Schema<Name> }
