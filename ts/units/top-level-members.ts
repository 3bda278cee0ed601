/**
 * The members of a JSON object as text, so that no number is respelled. The text must be valid JSON; of members of one
 * key the last counts.
 */
export function topLevelMembers(json: string): Map<string, string> {
  const members = new Map<string, string>()
  let key: string | undefined
  let depth = 0
  let start = 0
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '"') {
      const from = at
      at = endOfString(json, at)
      if (depth === 1 && key === undefined) key = JSON.parse(json.slice(from, at + 1)) as string
    } else if (character === '{' || character === '[') {
      depth++
    } else if (character === ':' && depth === 1) {
      start = at + 1
    } else if (character === '}' || character === ']') {
      depth--
    }
    const ends = depth === 0 ? character === '}' : depth === 1 && character === ','
    if (ends && key !== undefined) {
      members.set(key, json.slice(start, at).trim())
      key = undefined
    }
  }
  return members
}

/** The index of the quote that ends the string that begins at `at`. */
function endOfString(json: string, at: number): number {
  for (let end = json.indexOf('"', at + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = 0
    while (json[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0 || end < 0) return end < 0 ? json.length : end
  }
}
