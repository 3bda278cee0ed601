import { badArgument } from './problem.js'
import { textOf } from './routes.js'
import type { Check } from '../../checks/index.js'

/** What a URL says behind its path. */
export class Query {
  readonly #parameters: URLSearchParams

  constructor({ searchParams }: URL) {
    this.#parameters = searchParams
  }

  /** @throws `bad-argument` */
  text(name: string): string | undefined {
    return this.texts(name)[0]
  }

  /** @throws `bad-argument` */
  texts(name: string): readonly string[] {
    return this.#parameters.getAll(name).map((parameter) => {
      const text = textOf(parameter)
      if (text === undefined) throw badArgument(name, 'a text, escaped as in JSON')
      return text
    })
  }

  /** @throws `bad-argument` */
  flag(name: string): boolean | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (text !== 'true' && text !== 'false') throw badArgument(name, 'true or false')
    return text === 'true'
  }

  /** @throws `bad-argument` */
  number(name: string, { expected, test }: Check): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const number = /^\d{1,20}(\.\d{1,20})?$/.test(text) ? Number(text) : NaN
    if (!test(number)) throw badArgument(name, expected)
    return number
  }
}
