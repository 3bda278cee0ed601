const NAMES = [
  'amber',
  'birch',
  'cobalt',
  'dune',
  'ember',
  'fern',
  'grove',
  'heron',
  'indigo',
  'jade',
  'kelp',
  'lark',
]

/** What this tab is called where its work is told of. */
export const tabName: string = `${NAMES[drawn(NAMES.length)] ?? ''} ${drawn(1000)}`

let worker: Worker | undefined

/** Whether this tab decides and does activities. One that stops does so at once: what it was at, another one takes over. */
export function letWork(works: boolean): void {
  worker?.terminate()
  worker = works ? new Worker(new URL('../worker.ts', import.meta.url), { type: 'module' }) : undefined
  worker?.postMessage({ identity: `tab ${tabName}` })
}

function drawn(below: number): number {
  const [number = 0] = crypto.getRandomValues(new Uint16Array(1))
  return number % below
}
