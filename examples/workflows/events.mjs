/** Event definitions, as each dialect spells them. */

/** @typedef {import('./model.mjs').CorrelationProperty} CorrelationProperty */
/** @typedef {import('./model.mjs').Dialect} Dialect */
/** @typedef {import('./model.mjs').Element} Element */
/** @typedef {import('./model.mjs').Event} Event */

const WORDS = {
  none: 'Default',
  timer: 'Timer',
  message: 'Message',
  signal: 'Signal',
  error: 'Error',
  escalation: 'Escalation',
  terminate: 'Terminate',
}
const TYPENAMES = {
  none: 'NoneEventDefinition',
  timer: 'DurationTimerEventDefinition',
  message: 'MessageEventDefinition',
  signal: 'SignalEventDefinition',
  error: 'ErrorEventDefinition',
  escalation: 'EscalationEventDefinition',
  terminate: 'TerminateEventDefinition',
}

/** The word for an event in the description of its task. @param {Event} event */
export const eventKind = (event) => WORDS[event.type]

/**
 * @param {Element} element
 * @param {Event} event
 * @param {Dialect} dialect
 */
export function eventDefinition(element, event, dialect) {
  const typename = TYPENAMES[event.type]
  // A timer without a name of its own takes that of its element.
  const name = event.name ?? (event.type === 'timer' ? (element.name ?? element.id) : null)
  return dialect === 'a' ? definitionA(event, name, typename) : definition(event, name, typename, dialect)
}

/** @param {Event} event @param {string | null} name @param {string} typename @param {Dialect} dialect */
function definition(event, name, typename, dialect) {
  const { expression = null, variable = null, code = null, correlation = [] } = event
  switch (event.type) {
    case 'none':
    case 'terminate':
      return { description: WORDS[event.type], name: null, typename }
    case 'timer':
      return { description: WORDS.timer, name, expression, typename }
    case 'message':
      return {
        description: null,
        name,
        correlation_properties: correlationProperties(correlation),
        expression,
        message_var: variable,
        ...(dialect === 'c' ? { process_correlations: [] } : {}),
        typename,
      }
    case 'signal':
      return { description: null, name, expression, variable, typename }
    case 'error':
    case 'escalation':
      return { description: null, name, expression, variable, code, typename }
  }
}

/** A says where an event may go, and knows no payload of errors and signals. @param {Event} event @param {string | null} name @param {string} typename */
function definitionA(event, name, typename) {
  const { expression = null, variable = null, code = null, correlation = [] } = event
  switch (event.type) {
    case 'none':
      return { internal: false, external: false, typename }
    case 'terminate':
      return { internal: true, external: false, typename }
    case 'timer':
      return { internal: true, external: true, name, expression, typename }
    case 'message':
      return {
        internal: false,
        external: true,
        name,
        correlation_properties: correlationProperties(correlation),
        expression,
        message_var: variable,
        typename,
      }
    case 'signal':
      return { internal: true, external: true, name, typename }
    case 'error':
      return { internal: false, external: true, name, error_code: code, typename }
    case 'escalation':
      return { internal: true, external: true, name, escalation_code: code, typename }
  }
}

/** @param {CorrelationProperty[]} correlation */
function correlationProperties(correlation) {
  return correlation.map(({ name, expression, keys }) => ({
    name,
    retrieval_expression: expression,
    correlation_keys: keys,
  }))
}
