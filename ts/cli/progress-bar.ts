import cliProgress from 'cli-progress'
import type { SingleBar } from 'cli-progress'
import type { CacheProgress } from '../units/index.js'
import { size } from './amounts.js'
import { columnsOf } from './io.js'
import type { Io } from './io.js'

/** What is done sooner needs no bar, in milliseconds. */
const PATIENCE = 300

/** Shows how far caching is. */
export interface ProgressBar {
  readonly onProgress: (progress: CacheProgress) => void
  /** Takes the bar away. */
  readonly stop: () => void
}

/** A bar on stderr, where a person looks at it, for work that takes longer than a moment. */
export function progressBar(io: Io, isWanted: boolean): ProgressBar {
  const { stderr } = io
  if (!isWanted || !stderr.isTTY) return { onProgress: () => undefined, stop: () => undefined }
  const start = io.now()
  let bar: SingleBar | undefined
  let bytes = 0
  return {
    onProgress(progress) {
      if (progress.type === 'decomposed') bytes = progress.bytes
      if (progress.type !== 'stored') return
      const payload = { stored: size(progress.bytes), all: size(bytes) }
      if (bar !== undefined) {
        bar.update(progress.bytes, payload)
      } else if (io.now() - start >= PATIENCE && progress.done < progress.total) {
        bar = createBar(io)
        bar.start(bytes, progress.bytes, payload)
      }
    },
    stop() {
      bar?.stop()
      bar = undefined
    },
  }
}

function createBar({ stderr }: Io): SingleBar {
  return new cliProgress.SingleBar({
    format: 'writing  {bar}  {stored} of {all}',
    stream: {
      isTTY: true,
      columns: columnsOf(stderr),
      write(text) {
        stderr.write(text)
        return true
      },
    },
    barsize: 30,
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    clearOnComplete: true,
    hideCursor: true,
  })
}
