// The steps, beside the page: people type meanwhile.
import { errorToData } from 'unitflow'
import type { Answer, Edit } from '../protocol.js'
import { PreviewSteps } from './preview-steps.js'

const steps = new PreviewSteps()
/** The edit that came last, if it is not under way yet: those before it nobody waits for. */
let next: Edit | undefined
let isRunning = false

addEventListener('message', ({ data }: MessageEvent<Edit>) => {
  next = data
  if (!isRunning) void work()
})

async function work(): Promise<void> {
  isRunning = true
  for (let edit = take(); edit !== undefined; edit = take()) postMessage(await answer(edit))
  isRunning = false
}

function take(): Edit | undefined {
  const edit = next
  next = undefined
  return edit
}

async function answer({ id, json, reuse }: Edit): Promise<Answer> {
  const began = performance.now()
  try {
    const { steps: lines, result } = await steps.run(json, reuse)
    return { id, milliseconds: performance.now() - began, steps: lines, result }
  } catch (error) {
    const result = { type: 'error', error: errorToData(error) } as const
    return { id, milliseconds: performance.now() - began, steps: [], result }
  }
}
