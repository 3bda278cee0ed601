export interface Support {
  readonly runtime: string
  readonly packages: readonly string[]
  readonly where: string
  readonly stores: string
  readonly page: string
  readonly shownBy: Readonly<Record<string, readonly string[]>>
}
export const SUPPORT: readonly Support[]
export function supportTable(root: string): string
