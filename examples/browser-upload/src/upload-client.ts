import type { FileInfo } from './upload-flow.js'

/** Longer than a part takes, in ms; and longer than the server takes for a whole file. */
const PATIENCE = 60_000
const LONG_PATIENCE = 600_000

/** It is worth another attempt. */
class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable'
}

/** The server answers, and does not want to. */
class Refused extends Error {
  override readonly name = 'Refused'
}

/** What the server has of an upload: `parts` are numbers and hashes, as `0.ab12…`. */
export interface Begun {
  readonly isFinished: boolean
  readonly parts: ReadonlySet<string>
}

export async function beginUpload(id: string, file: FileInfo, signal: AbortSignal): Promise<Begun> {
  const answer = await ask(`/uploads/${id}`, { method: 'PUT', body: JSON.stringify(file) }, signal)
  const { isFinished, parts }: { isFinished?: unknown; parts?: unknown } = answer
  const names = Array.isArray(parts) ? parts.filter((name: unknown) => typeof name === 'string') : []
  return { isFinished: isFinished === true, parts: new Set(names) }
}

export interface SentPart {
  readonly bytes: Blob
  readonly hash: string
  /** However often it is sent, the server keeps it once. */
  readonly key: string
  readonly signal: AbortSignal
}

export async function sendPart(
  id: string,
  part: number,
  { bytes, hash, key, signal }: SentPart,
): Promise<void> {
  const headers = { 'idempotency-key': key, 'x-sha256': hash }
  await ask(`/uploads/${id}/parts/${part}`, { method: 'PUT', body: bytes, headers }, signal)
}

export async function finishUpload(
  id: string,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await ask(`/uploads/${id}`, { method: 'POST', body: JSON.stringify({ hashes }) }, signal, LONG_PATIENCE)
}

/** What is on the server's disk now: how many bytes, and the hash of the hashes of its parts. */
export async function checkUpload(
  id: string,
  partSize: number,
  signal: AbortSignal,
): Promise<{ readonly size: unknown; readonly digest: unknown }> {
  const { size, digest }: { size?: unknown; digest?: unknown } = await ask(
    `/uploads/${id}?part-size=${partSize}`,
    {},
    signal,
    LONG_PATIENCE,
  )
  return { size, digest }
}

export async function removeUpload(id: string): Promise<void> {
  await ask(`/uploads/${id}`, { method: 'DELETE' }, new AbortController().signal)
}

async function ask(
  path: string,
  init: RequestInit,
  signal: AbortSignal,
  patience: number = PATIENCE,
): Promise<object> {
  const { status, answer } = await answerOf(path, {
    ...init,
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new ServerUnreachable('The server does not answer.', { cause: error })
  })
  if (status >= 500) throw new ServerUnreachable(`The server is in trouble (${status}).`)
  if (status >= 400) {
    const why = 'error' in answer && typeof answer.error === 'string' ? answer.error : String(status)
    throw new Refused(`The server refuses it: ${why}.`)
  }
  return answer
}

async function answerOf(
  path: string,
  init: RequestInit,
): Promise<{ readonly status: number; readonly answer: object }> {
  const response = await fetch(path, init)
  const answer: unknown = await response.json()
  return { status: response.status, answer: typeof answer === 'object' && answer !== null ? answer : {} }
}
