import { Problem } from './problem.js'

/** The most that is taken, in bytes. Taking a workflow apart needs a few times that, of the 128 MB that a Worker has. */
export const MAX_BODY_BYTES: number = 8 * 1024 * 1024

/**
 * The body of a request. What it says of its length is believed only where it is too long: bytes are counted as they come.
 *
 * @throws {@link Problem} 413
 */
export async function limitedBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

function tooLarge(): Problem {
  return new Problem(413, 'too-large', `expected a body of at most ${MAX_BODY_BYTES} bytes`)
}
