// As it is when this is loaded, so that a clock that a test has made stand still changes nothing here.
const { now } = Date

/** So many transactions of one millisecond keep the stack of their call, which costs more than a small one does. */
const KEPT_IN_A_MILLISECOND = 2

let millisecond = 0
let kept = 0
let oneOfMany: Error | undefined

/** An error whose stack shows who has called; where very many call at once, one of the calls. */
export function callStack(): Error {
  const time = now()
  if (time !== millisecond) {
    millisecond = time
    kept = 0
    oneOfMany = undefined
  }
  if (kept < KEPT_IN_A_MILLISECOND) {
    kept++
    return new Error('transact was called here')
  }
  return (oneOfMany ??= new Error('transact was called many times in a millisecond, once here'))
}
