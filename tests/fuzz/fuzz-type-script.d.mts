export declare const TYPE_SCRIPT_TARGETS: readonly string[]
export interface FuzzResult {
  readonly target: string
  readonly executions: number
  readonly perSecond: number
  readonly coverage: number
  readonly cpuSeconds: number
  readonly tally: Readonly<Record<string, number>>
  readonly crash: string | undefined
}
export declare function fuzzTypeScript(
  target: string,
  seconds: number,
  file?: string,
  seed?: number,
): Promise<FuzzResult>
