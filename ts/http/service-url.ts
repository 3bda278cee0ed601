import { UnitflowError } from '../errors/index.js'

/** What stands behind a path; a list stands there once for each. */
export type UrlParameters = Readonly<Record<string, string | readonly string[]>>

/** Where a server keeps its values. */
export interface ServiceUrl {
  /** The URL of a key; of the listing where the key is empty. */
  of(key: string, parameters?: UrlParameters): string
  /** The `Authorization` that stood in the URL as user and password. */
  readonly authorization: string | undefined
}

/** Stands in for the host where there is no page that a relative URL is relative to. */
const NOWHERE = 'http://nowhere.invalid/'

/**
 * Takes a URL apart once: its query is kept for every key; user and password become a header, since `fetch` refuses them
 * and names them in its error.
 *
 * @param relativeAllowed whether whoever fetches takes a path where there is no page to be relative to
 * @throws `bad-argument`
 */
export function serviceUrl(url: string | URL, relativeAllowed: boolean): ServiceUrl {
  const text = typeof url === 'string' ? url : url.href
  const absolute = parsed(text, pageUrl())
  const base = absolute ?? (relativeAllowed ? parsed(text, NOWHERE) : undefined)
  if (base === undefined) {
    // Without the URL itself, which may hold a password.
    const expected = 'an absolute URL, or one relative to a page'
    throw new UnitflowError('bad-argument', `url: expected ${expected}`, { argument: 'url', expected })
  }
  const { username, password } = base
  base.username = ''
  base.password = ''
  base.hash = ''
  const folder = base.pathname.replace(/\/+$/, '')
  return {
    of(key, parameters = {}) {
      const place = new URL(base)
      place.pathname = `${folder}/${key}`
      for (const [name, value] of Object.entries(parameters)) {
        place.searchParams.delete(name)
        for (const one of typeof value === 'string' ? [value] : value) place.searchParams.append(name, one)
      }
      return absolute === undefined ? place.pathname + place.search : place.href
    },
    authorization: username === '' && password === '' ? undefined : basic(username, password),
  }
}

function parsed(url: string, base: string | undefined): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}

function pageUrl(): string | undefined {
  const scope: { readonly document?: { baseURI: string }; readonly location?: { href: string } } = globalThis
  return scope.document?.baseURI ?? scope.location?.href
}

function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}

/** A `%` that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
