import type { WorkerSays } from '../worker.js'

/** Begins the worker of this tab, which uploads. @returns ends it */
export function startWorker(listen: (told: WorkerSays) => void): () => void {
  const worker = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerSays>) => listen(data))
  return () => worker.terminate()
}
