/** What all values of a kind inherit. */
const PROTOTYPES: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  Boolean.prototype,
  Map.prototype,
  Set.prototype,
  Promise.prototype,
  Error.prototype,
  RegExp.prototype,
  Date.prototype,
  Uint8Array.prototype,
  Object,
]

/** The prototypes as they are now. */
export function unchangedPrototypes(): { readonly assertUnchanged: () => void } {
  const before = PROTOTYPES.map(lookOf)
  return {
    assertUnchanged: () => {
      for (const [index, prototype] of PROTOTYPES.entries()) {
        const was = before[index] ?? lookOf({})
        const is = lookOf(prototype)
        for (const key of new Set([...was.keys(), ...is.keys()])) {
          if (!Object.is(was.get(key), is.get(key)))
            throw new Error(`${key} has changed in prototype ${index}`)
        }
      }
    },
  }
}

/** Each own property with its value or accessors, and the prototype's own prototype. */
function lookOf(prototype: object): Map<string, unknown> {
  const look = new Map<string, unknown>([['its prototype', Object.getPrototypeOf(prototype)]])
  for (const key of Reflect.ownKeys(prototype)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(prototype, key)
    for (const part of ['value', 'get', 'set'] as const)
      look.set(`${part} ${String(key)}`, descriptor && Reflect.get(descriptor, part))
  }
  return look
}
