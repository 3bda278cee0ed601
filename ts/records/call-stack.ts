import { OncePerTurn } from './event-loop-turn.js'

/** So many transactions of one turn of the event loop keep the stack of their call, which costs more than a small one does. */
const KEPT_IN_A_TURN = 64

let kept = 0
let oneOfMany: Error | undefined
const turn = new OncePerTurn(() => {
  kept = 0
  oneOfMany = undefined
})

/** An error whose stack shows who has called; of a loop that gives the event loop no turn, one of the calls. */
export function callStack(): Error {
  turn.ask()
  if (kept < KEPT_IN_A_TURN) {
    kept++
    return new Error('transact was called here')
  }
  return (oneOfMany ??= new Error('transact was called many times in one turn of the event loop, once here'))
}
