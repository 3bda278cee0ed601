import type { Changes, UnitBindings, UnitFunction, UnitTask } from 'unitflow/deciders/units'

/** The variables of `approval.c.json`, as far as they are read here. */
interface Data {
  readonly purchase: { readonly price: number }
}

/** Stands for a script: it is given the variables, and gives those that it sets. One that it sets to `undefined` is removed. */
function script(run: (data: Data) => Changes): UnitFunction {
  return ({ data }: UnitTask<Data>) => run(data)
}

/** What stands for the scripts of workflows that are run here: by element, or `process/element` where ids repeat. */
export const SCRIPTS: UnitBindings = {
  'Describe_Purchase:prescript': script(() => ({ purchase: { what: 'A second monitor', price: 219 } })),
  Subtract_Price: script(({ purchase: { price } }) => ({ budget: { left: 1000 - price } })),
  'Decide:prescript': script(() => ({ decision: { approved: true } })),
}
