import { diag, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api'
import { ProcessStory } from './process-story.mjs'
import { spanIdOf, traceIdOf } from './span-ids.mjs'

/** Of so many open processes at most it is remembered what is open in them: of others it is read again. */
const REMEMBERED = 10_000
const PAGE = 1000

/**
 * Makes spans of what is done through a backend: of each process, each of its activities and each decision, when it is over.
 * A child process is in the span of its parent; one that goes on for another, or was forked from it, has a link to it.
 *
 * @param {import('unitflow/deciders').ObservableBackend} backend
 * @param {import('@opentelemetry/api').Tracer} tracer of a provider that has `ids`
 * @param {import('./span-ids.mjs').SpanIds} ids
 * @returns {() => Promise<void>} ends it; then all spans have been handed on
 */
export function traceProcesses(backend, tracer, ids) {
  /** @type {Map<string, { readonly story: ProcessStory, readonly root: string }>} */
  const known = new Map()
  /** @type {Map<string, Promise<void>>} by process: one commit after the other */
  const underWay = new Map()

  const stop = backend.onEvents((committed) => {
    const { id } = committed.process
    const told = (underWay.get(id) ?? Promise.resolve())
      .then(() => tell(committed))
      .catch((error) => diag.error(`spans of the process ${id} are lost`, error))
      .finally(() => {
        if (underWay.get(id) === told) underWay.delete(id)
      })
    underWay.set(id, told)
  })

  return async () => {
    stop()
    await Promise.all(underWay.values())
  }

  /** @param {import('unitflow/deciders').CommittedEvents} committed */
  async function tell({ process, events }) {
    const { id, parent, closed } = process
    const { story, root } = known.get(id) ?? { story: new ProcessStory(process), root: await rootOf(process) }
    known.delete(id)
    const before = (events[0]?.seq ?? 1) - 1
    // What others have done, or this program before it was started again: whoever did it has told it.
    while (story.last < before) {
      const limit = Math.min(PAGE, before - story.last)
      story.read(await backend.history(id, { after: story.last, limit }))
    }
    for (const one of story.read(events)) write(one, id, root, parent?.process, await linksOf(one, story))
    if (closed === undefined) known.set(id, { story, root })
    for (const [oldest] of known) {
      if (known.size <= REMEMBERED) break
      known.delete(oldest)
    }
  }

  /**
   * @param {import('./process-story.mjs').Ended} ended
   * @param {string} process
   * @param {string} root
   * @param {string | undefined} parent of the process
   * @param {readonly import('@opentelemetry/api').Link[]} links
   */
  function write({ seq, name, start, end, attributes, events, status }, process, root, parent, links) {
    const within = seq === undefined ? parent : process
    const context =
      within === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(within, root))
    // A number would be taken for one of performance.now() where it is small enough.
    const options = { startTime: new Date(start), attributes, links: [...links] }
    const span = ids.giving({ traceId: traceIdOf(root), spanId: spanIdOf(process, seq) }, () =>
      tracer.startSpan(name, options, context),
    )
    for (const { name: what, at, attributes: more } of events) span.addEvent(what, more, new Date(at))
    if (status !== undefined) span.setStatus(status)
    span.end(new Date(end))
  }

  /**
   * @param {import('./process-story.mjs').Ended} ended
   * @param {ProcessStory} story
   * @returns {Promise<readonly import('@opentelemetry/api').Link[]>}
   */
  async function linksOf({ seq }, { origin }) {
    if (seq !== undefined || origin === undefined) return []
    const { process, type } = origin
    const from = await backend.process(process)
    const root = from === undefined ? process : await rootOf(from)
    return [{ context: contextOf(process, root), attributes: { 'unitflow.origin': type } }]
  }

  /**
   * The process above all: its trace is that of all below.
   *
   * @param {import('unitflow/deciders').ProcessInfo} process
   * @returns {Promise<string>}
   */
  async function rootOf({ id, parent }) {
    if (parent === undefined) return id
    const above = known.get(parent.process)?.root
    if (above !== undefined) return above
    const info = await backend.process(parent.process)
    return info === undefined ? parent.process : rootOf(info)
  }
}

/**
 * @param {string} process
 * @param {string} root
 * @returns {import('@opentelemetry/api').SpanContext} of the span of a process, which may be yet to be written
 */
function contextOf(process, root) {
  return {
    traceId: traceIdOf(root),
    spanId: spanIdOf(process),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  }
}
