export interface Entry {
  readonly name: string
  readonly source: string
  readonly browser: boolean
  readonly variants: readonly string[]
  readonly always?: string
}
export const ENTRIES: readonly Entry[]
export const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>>
export const CORE: Readonly<Record<'name' | 'source' | 'output' | 'typesSource' | 'types', string>>
export const HISTORY_SCHEMA: Readonly<Record<'name' | 'source' | 'output', string>>
export const COMMAND: Readonly<Record<'name' | 'source' | 'output', string>>
export function outputOf(entry: Entry, condition?: string): string
export function typesOf(entry: Entry): string
export function exportMap(): Readonly<Record<string, string | Readonly<Record<string, string>>>>
