import { createHash, randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'

/** An entry of the secret TENANTS: it holds the token's hash, never the token. */
export function tenantEntry(name, may, token) {
  return { name, may, sha256: createHash('sha256').update(token).digest('hex') }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [name, may] = process.argv.slice(2)
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name ?? '') || !/^(read|write)$/.test(may ?? '')) {
    console.error('usage: npm run token -- <tenant: a-z 0-9 -> read|write')
    process.exit(1)
  }
  const token = randomBytes(32).toString('base64url')
  console.log(`token, for the client: ${token}`)
  console.log(
    `entry, for the list that is the secret TENANTS: ${JSON.stringify(tenantEntry(name, may, token))}`,
  )
}
