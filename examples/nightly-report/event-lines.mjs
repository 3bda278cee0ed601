/**
 * What has happened, in a line.
 *
 * @param {import('unitflow/flows').FlowEvent} event
 */
export function lineOf(event) {
  return printable(`${new Date(event.at).toISOString().slice(11, 23)}  ${event.type}${wordsOf(event)}`)
}

/** @param {import('unitflow/flows').FlowEvent} event */
function wordsOf(event) {
  switch (event.type) {
    case 'flow-started':
      return `  by ${event.owner}`
    case 'flow-recovered':
      return `  from ${event.owner}, which is gone`
    case 'task-started':
      return `  ${event.task}, attempt ${event.attempt}`
    case 'task-completed':
      return `  ${event.task}, in ${event.duration} ms`
    case 'task-failed':
    case 'task-timed-out':
      return `  ${event.task}, attempt ${event.attempt}: ${'error' in event ? messages(event.error) : ''}`
    case 'flow-failed':
    case 'flow-rescheduled':
      return `  at ${event.task}`
    default:
      return ''
  }
}

/**
 * @param {import('unitflow').ErrorData} error
 * @returns {string}
 */
function messages({ message, cause }) {
  return cause === undefined ? message : `${message}: ${messages(cause)}`
}

/** @param {string} text what came from elsewhere is data, and a terminal obeys control characters */
export function printable(text) {
  return text.replace(/[^\P{C}\n]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
