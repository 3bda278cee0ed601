import type { Operation } from './arithmetic.js'
import { computeAll, doubleOf } from './arithmetic.js'
import type { Place } from './bad-expression.js'
import { badExpression } from './bad-expression.js'
import { numberOf, stringOf } from './literals.js'
import type { Scope } from './python-values.js'
import { attributeOf, isEqual, isIn, isTrue, itemOf, kindOf, lengthOf, order } from './python-values.js'
import type { Token } from './tokens.js'
import { readTokens } from './tokens.js'

/** Computes a part of an expression. */
type Run = (scope: Scope) => unknown

type Holds = (left: unknown, right: unknown, scope: Scope, place: Place) => boolean

const LONGEST = 100_000
const DEEPEST = 200
/** Python's: none is a name. */
const KEYWORDS = (
  'None True False and as assert async await break class continue def del elif else except finally for from global if ' +
  'import in is lambda nonlocal not or pass raise return try while with yield'
).split(' ')
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['True', true],
  ['False', false],
])
const COMPARISONS: ReadonlyMap<string, Holds> = new Map<string, Holds>([
  ['==', isEqual],
  ['!=', (...operands): boolean => !isEqual(...operands)],
  ['<', (...operands): boolean => order(...operands) < 0],
  ['<=', (...operands): boolean => order(...operands) <= 0],
  ['>', (...operands): boolean => order(...operands) > 0],
  ['>=', (...operands): boolean => order(...operands) >= 0],
  ['in', isIn],
  ['not in', (...operands): boolean => !isIn(...operands)],
  ['is', (left, right): boolean => left === right],
  ['is not', (left, right): boolean => left !== right],
])

/**
 * Reads an expression once, to compute it often. What it gives may be a part of the data, and not a copy; it keeps nothing.
 *
 * @throws `bad-expression` for what is wrong, or outside the language of {@link comparisons}. Computing throws it, too.
 */
export function parseExpression(expression: string): (data: Readonly<Record<string, unknown>>) => unknown {
  const run = new Parser(expression).whole()
  return (data) => run({ data, tuples: new Set(), compared: 0 })
}

/** A method for each rule of the grammar, from what binds least to what binds most. Chains are loops, so only nesting is deep. */
class Parser {
  readonly #next: () => Token
  #token: Token
  #depth = 0

  constructor(expression: string) {
    const place = { expression, at: LONGEST }
    if (expression.length > LONGEST) throw badExpression(place, `at most ${LONGEST} characters`, 'more')
    this.#next = readTokens(expression)
    this.#token = this.#next()
  }

  whole(): Run {
    const run = this.#conditional()
    if (this.#token.type !== 'end') throw this.#unexpected('an operator or the end')
    return run
  }

  /** Depth is counted where a rule may meet itself again. */
  #deeper(rule: () => Run): Run {
    if (++this.#depth > DEEPEST) throw this.#unexpected(`at most ${DEEPEST} levels`)
    const run = rule()
    this.#depth--
    return run
  }

  #conditional(): Run {
    return this.#deeper(() => {
      const then = this.#or()
      const { place } = this.#token
      if (!this.#take('if')) return then
      const test = this.#or()
      this.#expect('else')
      const otherwise = this.#conditional()
      return (scope) => (isTrue(test(scope), scope, place) ? then : otherwise)(scope)
    })
  }

  #or(): Run {
    return this.#firstThat('or', true, () => this.#firstThat('and', false, () => this.#not()))
  }

  /** `and` gives its first operand that is false, `or` its first that is true, both else the last one. */
  #firstThat(word: string, truth: boolean, next: () => Run): Run {
    const { place } = this.#token
    const first = next()
    const others: Run[] = []
    while (this.#take(word)) others.push(next())
    if (others.length === 0) return first
    return (scope) => {
      let value = first(scope)
      for (const other of others) {
        if (isTrue(value, scope, place) === truth) return value
        value = other(scope)
      }
      return value
    }
  }

  #not(): Run {
    const { place } = this.#token
    if (!this.#take('not')) return this.#comparison()
    const run = this.#deeper(() => this.#not())
    return (scope) => !isTrue(run(scope), scope, place)
  }

  /** Each link of a chain is asked as long as those before it hold. */
  #comparison(): Run {
    const first = this.#sum()
    const links: { readonly holds: Holds; readonly operand: Run; readonly place: Place }[] = []
    for (;;) {
      const { place } = this.#token
      const holds = COMPARISONS.get(this.#comparisonSign())
      if (holds === undefined) break
      // What two values being the same means is only certain for these.
      const isIdentity = holds === COMPARISONS.get('is') || holds === COMPARISONS.get('is not')
      const operand = isIdentity ? this.#constant() : this.#sum()
      if (operand === undefined) throw this.#unexpected('None, True or False')
      links.push({ holds, operand, place })
    }
    if (links.length === 0) return first
    return (scope) => {
      let left = first(scope)
      for (const { holds, operand, place } of links) {
        const right = operand(scope)
        if (!holds(left, right, scope, place)) return false
        left = right
      }
      return true
    }
  }

  #comparisonSign(): string {
    const { text } = this.#token
    if (this.#take('is')) return this.#take('not') ? 'is not' : 'is'
    if (this.#take('not')) {
      this.#expect('in')
      return 'not in'
    }
    if (!COMPARISONS.has(text)) return ''
    this.#advance()
    return text
  }

  #sum(): Run {
    return this.#operations(['+', '-'], () => this.#operations(['*', '/', '//', '%'], () => this.#signed()))
  }

  #operations(signs: readonly string[], next: () => Run): Run {
    const first = next()
    const operations: Operation[] = []
    for (;;) {
      const { text: sign, place } = this.#token
      if (!signs.some((one) => this.#take(one))) break
      operations.push({ sign, place, operand: next() })
    }
    return operations.length === 0 ? first : (scope) => computeAll(first(scope), operations, scope)
  }

  #signed(): Run {
    const { place } = this.#token
    const isMinus = this.#take('-')
    if (!isMinus && !this.#take('+')) return this.#access()
    const run = this.#deeper(() => this.#signed())
    return (scope) => {
      const value = doubleOf(run(scope), scope, place)
      return isMinus ? 0 - value : value
    }
  }

  /** A value, and what is read of it: `.name`, `[index]`. */
  #access(): Run {
    const first = this.#value()
    const steps: ((of: unknown, scope: Scope) => unknown)[] = []
    for (;;) {
      const { place } = this.#token
      if (this.#take('.')) {
        const name = this.#name()
        steps.push((of, scope) => attributeOf(of, name, scope, place))
      } else if (this.#take('[')) {
        const at = this.#conditional()
        this.#expect(']')
        steps.push((of, scope) => itemOf(of, at(scope), scope, place))
      } else if (this.#is('(')) throw this.#unexpected('an operator: the only function is len')
      else break
    }
    if (steps.length === 0) return first
    return (scope) => steps.reduce((of, step) => step(of, scope), first(scope))
  }

  #value(): Run {
    const token = this.#token
    const { type, place } = token
    if (type === 'number') {
      const number = numberOf(token)
      this.#advance()
      return () => number
    }
    if (type === 'string') return this.#strings()
    if (type === 'word') return this.#constant() ?? this.#named(this.#name(), place)
    if (this.#take('(')) return this.#inParentheses()
    if (this.#take('[')) {
      const { items } = this.#items(']', () => this.#conditional())
      return (scope) => items.map((item) => item(scope))
    }
    if (this.#take('{')) return this.#dict()
    throw this.#unexpected('a value')
  }

  /** Strings beside one another are one. */
  #strings(): Run {
    const parts: string[] = []
    while (this.#token.type === 'string') {
      parts.push(stringOf(this.#token))
      this.#advance()
    }
    const text = parts.join('')
    return () => text
  }

  #constant(): Run | undefined {
    const { text, type } = this.#token
    if (type !== 'word' || !CONSTANTS.has(text)) return undefined
    const value = CONSTANTS.get(text)
    this.#advance()
    return () => value
  }

  #named(name: string, place: Place): Run {
    if (name !== 'len' || !this.#take('('))
      return ({ data }) => {
        if (!Object.hasOwn(data, name)) throw badExpression(place, `data with the name ${name}`, 'none')
        return data[name] ?? null
      }
    const of = this.#conditional()
    this.#take(',')
    this.#expect(')')
    return (scope) => {
      if (Object.hasOwn(scope.data, name)) throw badExpression(place, 'the function len', 'data of its name')
      return lengthOf(of(scope), scope, place)
    }
  }

  /** One value, or a tuple. */
  #inParentheses(): Run {
    const { items, commas } = this.#items(')', () => this.#conditional())
    const [only] = items
    if (only !== undefined && commas === 0) return only
    return (scope) => {
      const tuple = items.map((item) => item(scope))
      scope.tuples.add(tuple)
      return tuple
    }
  }

  #dict(): Run {
    const { items } = this.#items('}', () => {
      const key = this.#conditional()
      const { place } = this.#token
      this.#expect(':')
      const value = this.#conditional()
      return (scope: Scope): readonly [string, unknown] => {
        const name = key(scope)
        if (typeof name !== 'string') throw badExpression(place, 'a string as the key', kindOf(name, scope))
        return [name, value(scope)]
      }
    })
    // It defines what it is given: __proto__ is a key as any other.
    return (scope) => Object.fromEntries(items.map((item) => item(scope)))
  }

  /** What stands between commas until the bracket closes. */
  #items<T>(close: string, next: () => T): { readonly items: readonly T[]; readonly commas: number } {
    const items: T[] = []
    let commas = 0
    while (!this.#take(close)) {
      if (items.length > commas) throw this.#unexpected(`, or ${close}`)
      items.push(next())
      if (this.#take(',')) commas++
    }
    return { items, commas }
  }

  #name(): string {
    const { text, type } = this.#token
    if (type !== 'word' || KEYWORDS.includes(text)) throw this.#unexpected('a name')
    this.#advance()
    return text.normalize('NFKC')
  }

  #is(text: string): boolean {
    return this.#token.text === text
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false
    this.#advance()
    return true
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(text)
  }

  #advance(): void {
    this.#token = this.#next()
  }

  #unexpected(expected: string): Error {
    const { type, text, place } = this.#token
    return badExpression(place, expected, type === 'end' ? 'the end' : JSON.stringify(text.slice(0, 40)))
  }
}
