import { createInterface } from 'node:readline'
import { REFUSALS } from './bindings.ts'

/**
 * @typedef {import('unitflow/deciders/units').UnitTask} UnitTask
 * @typedef {import('unitflow/deciders/units').HumanResult} HumanResult
 *
 * A human task that waits; it has a token once a worker has begun with it.
 *
 * @typedef {{ readonly input: UnitTask, readonly token?: string }} Waiting
 *
 * @typedef {{ readonly token: string, readonly changes: HumanResult }} Answer
 */

/** A timer of the host can be set for no longer (ms). */
const LONGEST = 2 ** 31 - 1

/** Whoever sits at the terminal, or writes into the pipe. */
export class Person {
  #terminal = createInterface({ input: process.stdin })
  #lines = this.#terminal[Symbol.asyncIterator]()
  /** The line that is awaited, also while something else happens. @type {Promise<IteratorResult<string>> | undefined} */
  #line
  /** The task that was asked last. */
  #asked = ''

  /**
   * Asks for a task, where one waits, until there is something else to do.
   *
   * @param {Waiting | undefined} waiting
   * @param {number | undefined} until ms since 1970
   * @returns {Promise<Answer | 'later' | 'nobody'>}
   */
  async ask(waiting, until) {
    const token = waiting?.token
    if (waiting === undefined || token === undefined) {
      if (until === undefined) return 'nobody'
      console.log(`waits    until ${new Date(until).toISOString()}`)
      await new Promise((resolve) => setTimeout(resolve, delayTo(until)))
      return 'later'
    }
    const task = waiting.input
    if (token !== this.#asked) present(task)
    this.#asked = token
    for (;;) {
      const line = await this.#nextLine(until)
      if (line === 'later' || line === 'nobody') return line
      const changes = changesOf(line.text, task)
      if (changes !== undefined) return { token, changes }
    }
  }

  leave() {
    this.#terminal.close()
  }

  /** @param {number | undefined} until */
  async #nextLine(until) {
    this.#line ??= this.#lines.next()
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer
    /** @type {Promise<'later'>} */
    const later = new Promise((resolve) => {
      if (until !== undefined) timer = setTimeout(() => resolve('later'), delayTo(until))
    })
    const line = await Promise.race([this.#line, later])
    clearTimeout(timer)
    if (line === 'later') return line
    this.#line = undefined
    return line.done === true ? 'nobody' : { text: line.value.trim() }
  }
}

/** @param {UnitTask} task */
function present({ process, element, name, lane, extensions, data }) {
  console.log(`\n${name ?? element}${lane === undefined ? '' : `, ${lane}`} (${process}/${element})`)
  const { instructionsForEndUser: text } = extensions ?? {}
  if (typeof text === 'string') console.log(`  ${filled(text, data)}`)
  console.log('Done? y, n, JSON of the variables that it sets, or ? for those that there are:')
}

/**
 * What an answer sets; nothing where it is none.
 *
 * @param {string} answer
 * @param {UnitTask} task
 * @returns {HumanResult}
 */
function changesOf(answer, { element, data }) {
  if (answer === 'y') return {}
  if (answer === 'n') {
    const refusal = REFUSALS[element]
    if (refusal === undefined)
      console.log('It knows no no: leave it until it is done, or say in JSON what it came to.')
    return refusal
  }
  if (answer === '?') {
    console.log(JSON.stringify(data, null, 2))
    return undefined
  }
  try {
    const changes = JSON.parse(answer)
    if (typeof changes === 'object' && changes !== null && !Array.isArray(changes)) return changes
  } catch {
    // Said below.
  }
  console.log('Expected y, n, ?, or a JSON object.')
  return undefined
}

/**
 * A text with values in it, as `{{ order.total }}`.
 *
 * @param {string} text
 * @param {unknown} data
 */
function filled(text, data) {
  return text.replace(/\{\{ *([\w.]+) *\}\}/g, (_, /** @type {string} */ path) => {
    /** @type {unknown} */
    let value = data
    for (const name of path.split('.')) {
      value =
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([key]) => key === name)?.[1]
          : undefined
    }
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '?')
  })
}

const delayTo = (/** @type {number} */ time) => Math.min(Math.max(0, time - Date.now()), LONGEST)
