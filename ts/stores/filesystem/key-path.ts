/**
 * How keys become paths, and back.
 *
 * A segment of a key is a name on disk, exactly, because layout v1 shares its directory with other programs. Only a
 * segment longer than {@link CHUNK} is split, since file systems end names at 255 bytes: the first piece becomes a folder
 * whose name ends in `~`, what follows a name that begins with `~` (so that the rest of a long name can never be a device
 * of Windows). `~` is not in the alphabet of keys: a split name collides with no other, and every other name with a `~`
 * inside is the store's own temporary file or lock.
 *
 * @module
 */
import { join } from 'node:path'

/** Characters of a segment in one name. Leaves room for what is added to the name of a temporary file. */
const CHUNK = 200
const ALPHABET = /^[A-Za-z0-9._-]+$/
const TEMPORARY = /^~?[A-Za-z0-9._-]+~[a-z0-9-]+$/

/** The names from the root down to a key's file. */
export function namesOfKey(key: string): string[] {
  const names: string[] = []
  for (const segment of key.split('/')) {
    let rest = segment
    let mark = ''
    for (; rest.length > CHUNK; rest = rest.slice(CHUNK)) {
      names.push(`${mark}${rest.slice(0, CHUNK)}~`)
      mark = '~'
    }
    names.push(mark + rest)
  }
  return names
}

/** The path of a key's file. */
export function pathOfKey(root: string, key: string): string {
  return join(root, ...namesOfKey(key))
}

/** A place in the tree of names: the key so far, and whether the next name goes on with the same segment. */
export interface KeyPlace {
  readonly key: string
  readonly inSegment: boolean
}

/** The root. */
export const ROOT_PLACE: KeyPlace = { key: '', inSegment: false }

/** The place that a name leads to; `undefined` where no key has such a name. */
export function placeBelow(place: KeyPlace, name: string): KeyPlace | undefined {
  if (place.inSegment !== name.startsWith('~')) return undefined
  const goesOn = name.endsWith('~')
  const piece = name.slice(place.inSegment ? 1 : 0, goesOn ? -1 : undefined)
  if (!ALPHABET.test(piece) || piece.length > CHUNK || (goesOn && piece.length < CHUNK)) return undefined
  const joint = place.inSegment || place.key === '' ? '' : '/'
  return { key: place.key + joint + piece, inSegment: goesOn }
}

/** Whether a name is one of the store's own temporary files, folders or locks. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name)
}

const thisProcess = `${process.pid.toString(36)}-${crypto.randomUUID().slice(0, 8)}`
let made = 0

/** A name that no other call, process or machine makes. */
export function uniqueName(): string {
  made++
  return `${thisProcess}-${made.toString(36)}`
}
