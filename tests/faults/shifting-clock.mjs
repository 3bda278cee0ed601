// Imported before a program: its time of day is set back and forth, as by a person or a time server. `SHIFTING_CLOCK` holds
// `{ seed, every, shifts }`: every so many ms another of the shifts (in ms) holds. Programs with the same seed are on one
// machine: they see the same time. Timers and `performance.now()` go on as they do.
import { mix } from './seeded.mjs'

const { seed, every, shifts } = JSON.parse(process.env.SHIFTING_CLOCK)
const RealDate = Date

function now() {
  const real = RealDate.now()
  return real + shifts[mix(seed, Math.floor(real / every)) % shifts.length]
}

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now())
    else super(...args)
  }

  static now() {
    return now()
  }
}
