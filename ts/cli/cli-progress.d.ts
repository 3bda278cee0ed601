// The package brings no types; these are the parts that are used here.
declare module 'cli-progress' {
  export interface BarOptions {
    /** `{bar}`, and the fields of the payload in braces. */
    readonly format: string
    readonly stream: {
      readonly isTTY: boolean
      readonly columns: number
      readonly write: (text: string) => boolean
    }
    /** Characters of the whole bar. */
    readonly barsize: number
    readonly barCompleteChar: string
    readonly barIncompleteChar: string
    readonly clearOnComplete: boolean
    readonly hideCursor: boolean
  }

  export class SingleBar {
    constructor(options: BarOptions)
    start(total: number, value: number, payload: Readonly<Record<string, string>>): void
    update(value: number, payload: Readonly<Record<string, string>>): void
    stop(): void
  }

  const cliProgress: { readonly SingleBar: typeof SingleBar }
  export default cliProgress
}
