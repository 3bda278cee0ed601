import type { PayloadCodec } from '../../codec/index.js'
import type { Value } from '../../values/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'
import type { FlowEvent } from '../execution/index.js'

/** Applies a payload codec to what is the user's, before and after transactions; without one all stays as it is. */
export class PayloadSealer {
  readonly #codec: PayloadCodec | undefined

  constructor(codec: PayloadCodec | undefined) {
    this.#codec = codec
  }

  /** @throws (by rejecting) `unsupported-value`, and what the codec throws */
  async seal<P extends object>(payload: P): Promise<P | { readonly sealed: string }> {
    return this.#codec === undefined ? payload : { sealed: await this.#codec.encode(encodeValue(payload)) }
  }

  get isClear(): boolean {
    return this.#codec === undefined
  }

  /** Events as they were before they were sealed, where there is a codec. @throws (by rejecting) `bad-payload`, … */
  async open(events: readonly FlowEvent[]): Promise<readonly FlowEvent[]> {
    if (this.#codec === undefined) return events
    return Promise.all(events.map((event) => this.#openOne(event)))
  }

  /** What was sealed, or what it is as long as it is sealed. */
  async opened<T extends object>(thing: T): Promise<T | Readonly<Record<string, Value>>> {
    if (this.#codec === undefined || !('sealed' in thing) || typeof thing.sealed !== 'string') return thing
    const { sealed, ...rest } = thing
    const payload = decodeValue(await this.#codec.decode(sealed))
    return { ...rest, ...(payload as Readonly<Record<string, Value>>) }
  }

  async #openOne(event: FlowEvent): Promise<FlowEvent> {
    return (await this.opened(event)) as FlowEvent
  }
}
