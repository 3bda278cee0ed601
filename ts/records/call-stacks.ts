// As it is when this is loaded, so that a clock that a test has made stand still changes nothing here.
const { now } = Date

/** So many transactions keep the stack of their call, which costs more than a small one does: at once, and a millisecond. */
const AT_ONCE = 64
const A_MILLISECOND = 8

/** Errors whose stacks show who has called: who calls very often, and for long, is shown by one of the calls. */
export class CallStacks {
  #left = AT_ONCE
  #millisecond = now()
  #oneOfMany: Error | undefined

  /** To be called where the stack still shows who has called. */
  take(): Error {
    const time = now()
    if (time !== this.#millisecond) {
      this.#left = Math.min(AT_ONCE, this.#left + A_MILLISECOND * Math.max(1, time - this.#millisecond))
      this.#millisecond = time
      this.#oneOfMany = undefined
    }
    if (this.#left > 0) {
      this.#left--
      return new Error('transact was called here')
    }
    return (this.#oneOfMany ??= new Error('transact was called many times in a millisecond, once here'))
  }
}
