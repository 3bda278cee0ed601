/** Kept for ever by the client that asked, and by no cache that several share: another tenant may ask for the same URL. */
export const IMMUTABLE = 'private, max-age=31536000, immutable'
/** Kept, and asked about each time. */
export const REVALIDATED = 'private, no-cache'

/** 200 with the body, or 304 where the client has just that; `hash` is of the body, and makes its strong ETag. */
export function taggedResponse(
  request: Request,
  hash: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): Response {
  const etag = `"${hash}"`
  const all = { ...headers, etag }
  // A proxy that compresses makes the tag a weak one, and If-None-Match compares weakly anyway (RFC 9110, 13.1.2).
  const had = (request.headers.get('if-none-match') ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (had.includes(etag) || had.includes('*')) return new Response(null, { status: 304, headers: all })
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), { headers: all })
}
