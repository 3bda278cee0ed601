import { Problem } from './problem.js'
import { sha256Hex } from './sha256-hex.js'

/** Whose request it is. */
export interface Tenant {
  readonly name: string
  readonly may: 'read' | 'write'
}

/** What the secret TENANTS lists. A tenant may have several tokens, to rotate them. `npm run token` makes an entry. */
interface Entry extends Tenant {
  /** SHA-256 of the token, in hex. */
  readonly sha256: string
}

/** @throws {@link Problem} 401 without a token that the secret knows, 500 where the secret is none */
export async function tenantOf(request: Request, secret: string | undefined): Promise<Tenant> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const entries = entriesOf(secret)
  const digest = await sha256Hex(token ?? '')
  let tenant: Tenant | undefined
  // All are looked at, and each of them whole, so that the time taken tells nothing.
  for (const { sha256, name, may } of entries) if (sameDigest(sha256, digest)) tenant = { name, may }
  if (token !== undefined && tenant !== undefined) return tenant
  throw new Problem(401, 'unauthorized', 'expected an Authorization header with a bearer token', {
    'www-authenticate': 'Bearer',
  })
}

function sameDigest(a: string, b: string): boolean {
  let difference = 0
  for (let at = 0; at < 64; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}

function entriesOf(secret: string | undefined): readonly Entry[] {
  let entries: unknown
  try {
    entries = JSON.parse(secret ?? '')
  } catch {
    // Without the cause, whose message cites the secret.
  }
  if (Array.isArray(entries) && entries.every(isEntry)) return entries
  throw new Problem(500, 'misconfigured', 'the secret TENANTS is missing, or not a list of tenants')
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { name, may, sha256 }: Partial<Record<keyof Entry, unknown>> = value
  return (
    // It becomes a segment of store keys.
    typeof name === 'string' &&
    /^[a-z0-9][a-z0-9-]{0,39}$/.test(name) &&
    (may === 'read' || may === 'write') &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  )
}
