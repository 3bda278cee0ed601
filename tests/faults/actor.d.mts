/** How a process has ended, with what went wrong if anything did. */
export interface Ended {
  readonly signal: string | null
  readonly failure: string | undefined
}

export interface Actor {
  readonly ready: Promise<void>
  readonly ended: Promise<Ended>
  readonly kill: () => boolean
  stop(): Promise<Ended>
}

export interface Conditions {
  readonly files?: number
  readonly clock?: { readonly seed: number; readonly every: number; readonly shifts: readonly number[] }
  readonly uid?: number
}

export function startActor(
  name: string,
  options: object,
  onMessage?: (message: { readonly type: string }) => void,
  conditions?: Conditions,
): Actor
