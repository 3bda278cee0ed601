import { useEffect, useState } from 'preact/hooks'
import { records } from '../records.js'

/** Nobody is told by a tab that ends right after its commit, so it is looked now and then, too (ms). */
const LOOK_EVERY = 3000

export interface Live<T> {
  /** Missing until it has been read. */
  readonly value?: T
  readonly error?: Error
}

/** What is read, read again after the commits of all tabs. */
export function useLive<T>(read: () => Promise<T>, inputs: readonly unknown[]): Live<T> {
  const [live, setLive] = useState<Live<T>>({})
  useEffect(() => {
    let isOver = false
    const show = (next: Live<T>): void => {
      if (!isOver) setLive(next)
    }
    let isReading = false
    let isStale = false
    const look = async (): Promise<void> => {
      isStale = true
      if (isReading) return
      isReading = true
      while (isStale) {
        isStale = false
        await read().then(
          (value) => show({ value }),
          (error: unknown) => show({ error: asError(error) }),
        )
      }
      isReading = false
    }
    const end = records.onCommit(() => void look())
    const timer = setInterval(() => void look(), LOOK_EVERY)
    void look()
    return () => {
      isOver = true
      clearInterval(timer)
      end()
    }
  }, inputs)
  return live
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
