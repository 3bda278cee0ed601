/** A part of a text, from its first character to the one after its last. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Where the value at a path of member names stands in valid JSON text. Editing replaces that part alone, so that what
 * nobody touched (spellings of numbers, order of members) stays byte for byte as it was.
 */
export function spanAt(json: string, path: readonly string[]): Span | undefined {
  let span: Span | undefined = { start: skipSpace(json, 0), end: json.length }
  for (const name of path) {
    span = memberSpan(json, span.start, name)
    if (span === undefined) return undefined
  }
  return span
}

/** Of members of one name the last counts, as for JSON.parse. */
function memberSpan(json: string, object: number, name: string): Span | undefined {
  if (json[object] !== '{') return undefined
  let found: Span | undefined
  let at = skipSpace(json, object + 1)
  while (json[at] === '"') {
    const keyEnd = valueEnd(json, at)
    const isWanted = JSON.parse(json.slice(at, keyEnd)) === name
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1)
    const end = valueEnd(json, start)
    if (isWanted) found = { start, end }
    // Past the comma; at the last member this is past the object's end.
    at = skipSpace(json, skipSpace(json, end) + 1)
    if (json[skipSpace(json, end)] !== ',') break
  }
  return found
}

/** The place after the value that begins at `start`. */
function valueEnd(json: string, start: number): number {
  let depth = 0
  for (let at = start; at < json.length; at++) {
    const character = json[at] ?? ''
    if (character === '"') {
      for (at++; json[at] !== '"' && at < json.length; at++) if (json[at] === '\\') at++
      if (depth === 0) return at + 1
    } else if (character === '{' || character === '[') {
      depth++
    } else if (character === '}' || character === ']') {
      if (depth === 0) return at
      depth--
      if (depth === 0) return at + 1
    } else if (depth === 0 && (character === ',' || isSpace(character))) {
      return at
    }
  }
  return json.length
}

function skipSpace(json: string, from: number): number {
  let at = from
  while (isSpace(json[at] ?? '')) at++
  return at
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t'
}

/** Valid JSON text with two spaces for each level. Nothing is parsed, so nothing is respelled. */
export function indented(json: string): string {
  const parts: string[] = []
  let depth = 0
  const newLine = (): string => `\n${'  '.repeat(depth)}`
  for (let at = 0; at < json.length; at++) {
    const character = json[at] ?? ''
    if (character === '"') {
      const end = valueEnd(json, at)
      parts.push(json.slice(at, end))
      at = end - 1
    } else if (character === '{' || character === '[') {
      const next = skipSpace(json, at + 1)
      const closing = json[next]
      if (closing === '}' || closing === ']') {
        parts.push(character, closing)
        at = next
      } else {
        depth++
        parts.push(character, newLine())
      }
    } else if (character === '}' || character === ']') {
      depth--
      parts.push(newLine(), character)
    } else if (character === ',') {
      parts.push(',', newLine())
    } else if (character === ':') {
      parts.push(': ')
    } else if (!isSpace(character)) {
      parts.push(character)
    }
  }
  return parts.join('')
}
