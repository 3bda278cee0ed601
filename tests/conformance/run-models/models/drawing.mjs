/** Words in which the small processes are described, beside those of the example workflows. */

import { end, path, scriptTask, start } from '../../../../examples/workflows/model.mjs'

export const script = (id, text, options) => scriptTask(id, id, text, options)
export const timer = (expression) => ({ type: 'timer', expression })
export const message = (name, rest = {}) => ({ type: 'message', name, ...rest })
export const signal = (name, rest = {}) => ({ type: 'signal', name, ...rest })
export const error = (code, rest = {}) => ({ type: 'error', name: code, code, ...rest })
export const escalation = (code, rest = {}) => ({ type: 'escalation', name: code, code, ...rest })
export const terminate = { type: 'terminate' }

/** A process in which the elements stand one behind the other, where no flows are given. */
export function drawn(id, elements, flows = path(...elements.map((element) => element.id)), rest = {}) {
  return { id, name: id, file: `${id}.bpmn`, elements, flows, ...rest }
}

/** What stands between a start and an end. */
export const line = (id, elements, rest) =>
  drawn(id, [start(`${id}_start`), ...elements, end(`${id}_end`)], undefined, rest)

export const fromTo = (from, ways, to) => ways.flatMap((way) => path(from, ...way, to))

export const looped = (loop, text, rest = {}) => script('each', text, { loop, ...rest })
export const over = { over: 'items', as: 'item', into: 'results', result: 'result' }
export const items = script('items', 'items = [3, 1, 2]')
