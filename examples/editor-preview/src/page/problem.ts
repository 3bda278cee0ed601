import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { errorFromData, isUnitflowError } from 'unitflow/read'
import type { ErrorData } from 'unitflow/steps'
import type { EditedText } from './use-text.js'

interface ProblemProps {
  readonly error: ErrorData
  readonly hasPreview: boolean
  readonly text: EditedText
}

/** Why there is no preview of the text as it is. */
export function Problem({ error, hasPreview, text }: ProblemProps): ComponentChild {
  const line = lineOf(error)
  const goThere = (): void => {
    const lines = (text.area.current?.value ?? '').split('\n').slice(0, (line ?? 1) - 1)
    text.goTo(lines.reduce((sum, one) => sum + one.length + 1, 0))
  }
  return h(
    'div',
    { class: 'failure' },
    h('p', { id: 'problem', role: 'alert' }, error.message),
    hasPreview ? h('p', null, 'What is shown below is of the last text that could be read.') : null,
    line === undefined
      ? null
      : h('button', { class: 'button', type: 'button', onClick: goThere }, `Go to line ${line}`),
  )
}

/** Where it is, of errors that have a place. */
function lineOf(data: ErrorData): number | undefined {
  const error = errorFromData(data)
  return isUnitflowError(error, 'not-json') || isUnitflowError(error, 'bad-spec')
    ? error.fields.line
    : undefined
}
