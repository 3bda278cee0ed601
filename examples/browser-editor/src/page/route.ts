import { useEffect, useState } from 'preact/hooks'

export type Tab = 'elements' | 'resume' | 'json'

const TABS: readonly string[] = ['elements', 'resume', 'json'] satisfies Tab[]

/** Where the page is, as the address says. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'compare'; readonly before?: string; readonly after?: string }
  | {
      readonly page: 'workflow'
      readonly id: string
      /** Left out: the top process. */
      readonly processId?: string
      readonly tab: Tab
      readonly elementId?: string
    }
  | {
      readonly page: 'run'
      readonly id: string
      /** The process that is started. Left out: the top one. */
      readonly processId?: string
      /** The run that is shown. */
      readonly run?: string
    }

/** The address of a route, to be a link's `href`. */
export function hrefOf(route: Route): string {
  if (route.page === 'home') return '#/'
  if (route.page === 'compare') {
    return `#/compare/${[route.before, route.after].map((side) => coded(side ?? '')).join('/')}`
  }
  if (route.page === 'run') {
    const { id, processId = '', run } = route
    return `#/run/${[id, processId, ...(run === undefined ? [] : [run])].map(coded).join('/')}`
  }
  const { id, processId, tab, elementId } = route
  const parts = [id, ...(processId === undefined ? [] : [processId, tab])]
  if (processId !== undefined && elementId !== undefined) parts.push(elementId)
  return `#/workflow/${parts.map(coded).join('/')}`
}

export function routeOf(hash: string): Route {
  const [page, ...parts] = hash.replace(/^#\/?/, '').split('/').map(decoded)
  if (page === 'compare') {
    const [before = '', after = ''] = parts
    return { page, ...(before === '' ? {} : { before }), ...(after === '' ? {} : { after }) }
  }
  if (page === 'run' && parts[0] !== undefined && parts[0] !== '') {
    const [id, processId = '', run = ''] = parts
    return { page, id, ...(processId === '' ? {} : { processId }), ...(run === '' ? {} : { run }) }
  }
  const [id, processId, tab, elementId] = parts
  if (page !== 'workflow' || id === undefined || id === '') return { page: 'home' }
  return {
    page,
    id,
    ...(processId === undefined ? {} : { processId }),
    tab: isTab(tab) ? tab : 'elements',
    ...(elementId === undefined ? {} : { elementId }),
  }
}

function isTab(text: string | undefined): text is Tab {
  return text !== undefined && TABS.includes(text)
}

/** Ids may be any string; JSON's escapes carry even half a surrogate pair, which addresses cannot. */
function coded(id: string): string {
  return encodeURIComponent(JSON.stringify(id).slice(1, -1))
}

function decoded(part: string): string {
  try {
    return String(JSON.parse(`"${decodeURIComponent(part)}"`))
  } catch {
    // An address that somebody typed.
    return part
  }
}

export function go(route: Route): void {
  location.hash = hrefOf(route)
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash))
  useEffect(() => {
    const read = (): void => setRoute(routeOf(location.hash))
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }, [])
  return route
}
