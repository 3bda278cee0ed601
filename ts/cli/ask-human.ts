import type { UnitTask } from '../deciders/units/index.js'
import { define } from '../values/index.js'
import type { Value } from '../values/index.js'
import { LineError } from './failures.js'
import { fieldQuestion, fieldsOf, fieldValue } from './form-fields.js'
import type { FormField } from './form-fields.js'
import { answerOfJson, answerOfText, isVariable } from './human-answer.js'
import type { Answer } from './human-answer.js'
import { questionText } from './human-question.js'
import { colorsOf } from './colors.js'
import { columnsOf } from './io.js'
import { printable } from './printable.js'
import type { Session } from './session.js'
import type { HumanTask } from './units-story.js'

/** Gets answers of a person who types, or out of a pipe, a line of JSON for each task. */
export class HumanAnswers {
  readonly #session: Session
  /** Lines that were read of a pipe. */
  #line = 0

  constructor(session: Session) {
    this.#session = session
  }

  /**
   * The answer to a task; nothing where there are no more.
   *
   * @throws {@link LineError} `bad-line`; the signal's reason
   */
  async ask(asked: HumanTask, signal: AbortSignal): Promise<{ readonly value: Value } | undefined> {
    const { io } = this.#session
    if (!io.stdinIsTTY) return this.#piped(asked.task, signal)
    const colors = colorsOf(io.stderr, io.env)
    io.stderr.write(questionText(asked, { now: io.now(), width: columnsOf(io.stderr), colors }))
    const { task } = asked
    const fields = fieldsOf(task.form)
    if (fields.length > 0) return this.#form(fields, signal)
    return this.#typed(promptOf(task), signal, (text) => answerOfText(task, text))
  }

  async #piped(task: UnitTask, signal: AbortSignal): Promise<{ readonly value: Value } | undefined> {
    for (;;) {
      const line = await this.#session.io.readLine('', signal)
      if (line === undefined) return undefined
      this.#line++
      if (line.trim() === '') continue
      const answer = answerOfJson(task, line)
      if ('value' in answer) return answer
      throw new LineError('bad-line', this.#line, `the answer to ${task.element}: ${answer.problem}`)
    }
  }

  async #form(
    fields: readonly FormField[],
    signal: AbortSignal,
  ): Promise<{ readonly value: Value } | undefined> {
    const value: Record<string, Value> = {}
    for (const field of fields) {
      const question = `  ${printable(fieldQuestion(field))}: `
      const answer = await this.#typed(question, signal, (text) => fieldValue(field, text))
      if (answer === undefined) return undefined
      if (answer.value !== undefined) define(value, field.id, answer.value)
    }
    return { value }
  }

  /** Asks until it is answered. */
  async #typed(
    question: string,
    signal: AbortSignal,
    read: (text: string) => Answer,
  ): Promise<{ readonly value: Value } | undefined> {
    const { io } = this.#session
    for (;;) {
      const text = await io.readLine(question, signal)
      if (text === undefined) return undefined
      const answer = read(text)
      if ('value' in answer) return answer
      io.stderr.write(`  ${printable(answer.problem)}\n`)
    }
  }
}

function promptOf(task: UnitTask): string {
  if (isVariable(task)) return `  ${printable(task.variable ?? '')} = `
  if (task.type === 'manual-task') return '  Enter when it is done, or what it came to as a JSON object: '
  return '  variables as a JSON object, or Enter for none: '
}
