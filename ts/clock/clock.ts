/** How a timer or a sleep is waited for. */
export interface TimerOptions {
  /**
   * Whether a process stays alive for it, in hosts where timers can let it end (Node, Deno, Bun).
   *
   * @default true
   */
  readonly keepAlive?: boolean
}

/** How a sleep is waited for. */
export interface SleepOptions extends TimerOptions {
  /** Ends the sleep, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Time, as everything here that needs it is handed it: so a test runs in virtual time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /**
   * Calls back once, after so many milliseconds: at once in a turn of its own for 0 and less, never for `Infinity`.
   *
   * @returns takes the timer away
   * @throws `bad-argument` for NaN
   */
  setTimer(callback: () => void, ms: number, options?: TimerOptions): () => void
  /**
   * Resolves after so many milliseconds.
   *
   * @throws (by rejecting) the signal's reason, `bad-argument` for NaN
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>
}
