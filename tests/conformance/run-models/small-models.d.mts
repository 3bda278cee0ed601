/** A small process, and how it is run. */
export interface SmallModel {
  readonly name: string
  readonly process: string
  readonly specs: string
  readonly startData?: Readonly<Record<string, unknown>>
  readonly answers?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  readonly messages?: readonly { readonly name: string; readonly data?: unknown }[]
  readonly timersFirst?: boolean
}

export function smallModels(dialect: 'a' | 'b' | 'c'): readonly SmallModel[]
