import { createFlowRunner, defineFlow, defineTask, of, readFlows } from 'unitflow/flows'
import type { FlowRunner, TaskContext } from 'unitflow/flows'
import { hashOf, hashOfText, partSizeOf } from './file-parts.js'
import { dropFile, keepFile, keptFile } from './kept-files.js'
import { records } from './records.js'
import { beginUpload, checkUpload, finishUpload, sendPart } from './upload-client.js'

/** What a flow is started with. The file itself is kept beside the records, under the id of the execution. */
export interface FileInfo {
  readonly name: string
  /** Bytes. */
  readonly size: number
}

export interface Parts {
  /** Bytes of each, but for the last. */
  readonly size: number
  /** SHA-256 of each, in hexadecimal. */
  readonly hashes: readonly string[]
}

/** Thrown in the middle of a task when somebody has asked for a pause: the flow is paused then, and not tried again. */
class Paused extends Error {
  override readonly name = 'Paused'
}

/** As long as the server is away; what is refused once would be refused again. */
const retry = {
  attempts: Infinity,
  backoff: { initial: '1s', maximum: '1m' },
  retryable: ['ServerUnreachable', 'Paused'],
} as const

const file = of<FileInfo>()
const parts = of<Parts>()

const flows = readFlows(records)

/** @throws (by rejecting) `Paused` */
const orPause = async ({ executionId }: TaskContext): Promise<void> => {
  const { asked } = await flows.execution(executionId)
  if (asked === 'pause') throw new Paused('Paused in the middle of a file.')
}

const split = defineTask({
  name: 'split',
  inputs: { file },
  outputs: { parts },
  retry,
  timeout: Infinity,
  async run({ file: { size } }, task) {
    const kept = await keptFile(task.executionId)
    const partSize = partSizeOf(size)
    const count = Math.ceil(size / partSize)
    const hashes: string[] = []
    for (let part = 0; part < count; part++) {
      task.signal.throwIfAborted()
      await orPause(task)
      hashes.push(await hashOf(kept.slice(part * partSize, (part + 1) * partSize)))
      task.progress((100 * (part + 1)) / count, `Hashed part ${part + 1} of ${count}`)
    }
    return { parts: { size: partSize, hashes } }
  },
})

const send = defineTask({
  name: 'upload',
  inputs: { file, parts },
  retry,
  // As long as it takes: what the server does not answer has timed out long before.
  timeout: Infinity,
  async run({ file, parts: { size, hashes } }, task) {
    const { executionId: id, signal } = task
    // What another tab has sent, or an attempt before, is there.
    const { isFinished, parts: there } = await beginUpload(id, file, signal)
    if (isFinished) return
    const kept = await keptFile(id)
    for (const [part, hash] of hashes.entries()) {
      if (!there.has(`${part}.${hash}`)) {
        await orPause(task)
        const bytes = kept.slice(part * size, (part + 1) * size)
        await sendPart(id, part, { bytes, hash, key: `${task.idempotencyKey}/${part}`, signal })
      }
      task.progress((100 * (part + 1)) / hashes.length, `Sent part ${part + 1} of ${hashes.length}`)
    }
  },
})

const finish = defineTask({
  name: 'finish',
  inputs: { parts },
  retry,
  run: ({ parts: { hashes } }, { executionId, signal }) => finishUpload(executionId, hashes, signal),
})

const verify = defineTask({
  name: 'verify',
  inputs: { file, parts },
  retry,
  async run({ file, parts: { size, hashes } }, { executionId, signal }) {
    const found = await checkUpload(executionId, size, signal)
    if (found.size !== file.size || found.digest !== (await hashOfText(hashes.join('')))) {
      throw new Error('The server has something else than was sent. Remove it, and upload it again.')
    }
    await dropFile(executionId)
  },
})

const upload = defineFlow('upload', [split, send, finish, verify])

/** The page has one, to schedule and to ask; its worker has another one, which runs. */
export function openRunner(onError?: (error: unknown) => void): FlowRunner {
  const options = { records, flows: [upload], concurrency: 2, lease: '30s' } as const
  return createFlowRunner({ ...options, ...(onError !== undefined && { onError }) })
}

/** Keeps a file, and sends it, whichever tabs are open. */
export async function startUpload(runner: FlowRunner, file: File): Promise<void> {
  const id = crypto.randomUUID()
  await keepFile(id, file)
  await runner.schedule(upload, { file: { name: file.name, size: file.size } }, { id })
}
