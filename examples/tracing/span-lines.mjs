import { SpanStatusCode } from '@opentelemetry/api'

/**
 * Spans as a tree, a line each: what is in a span stands below it, indented, in the order in which it began.
 *
 * @param {readonly import('@opentelemetry/sdk-trace-base').ReadableSpan[]} spans
 * @returns {readonly string[]}
 */
export function spanLines(spans) {
  const known = new Set(spans.map((span) => span.spanContext().spanId))
  const inOrder = [...spans].sort((a, b) => milliseconds(a.startTime) - milliseconds(b.startTime))
  const begin = milliseconds(inOrder[0]?.startTime ?? [0, 0])

  /**
   * @param {string | undefined} parent
   * @param {string} indent
   * @returns {readonly string[]}
   */
  const within = (parent, indent) =>
    inOrder
      .filter(({ parentSpanContext }) => {
        const of = parentSpanContext?.spanId
        return parent === undefined ? of === undefined || !known.has(of) : of === parent
      })
      .flatMap((span) => [lineOf(span, indent), ...within(span.spanContext().spanId, `${indent}  `)])

  /**
   * @param {import('@opentelemetry/sdk-trace-base').ReadableSpan} span
   * @param {string} indent
   */
  const lineOf = ({ name, startTime, duration, attributes, events, status }, indent) => {
    const what = attributes['unitflow.decided'] ?? attributes['unitflow.result']
    const words = [
      `${indent}${name}`,
      `at ${milliseconds(startTime) - begin} ms for ${milliseconds(duration)} ms`,
      String(what ?? ''),
      ...events.map(
        (event) =>
          `[${event.name}${event.attributes?.reason === undefined ? '' : `: ${event.attributes.reason}`}]`,
      ),
      status.code === SpanStatusCode.ERROR ? `ERROR ${status.message}` : '',
    ]
    return words.filter((word) => word !== '').join('  ')
  }

  return within(undefined, '')
}

/** @param {readonly [number, number]} time seconds and nanoseconds */
function milliseconds([seconds, nanoseconds]) {
  return seconds * 1000 + Math.round(nanoseconds / 1e6)
}
