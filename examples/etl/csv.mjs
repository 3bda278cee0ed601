/** A field, and what comes after it. */
const FIELD = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y

/**
 * The rows of a CSV (RFC 4180), by the names in its first line.
 *
 * @param {string} text
 * @returns {Record<string, string>[]}
 */
export function csvRows(text) {
  /** @type {string[][]} */
  const lines = []
  /** @type {string[]} */
  let line = []
  for (FIELD.lastIndex = 0; FIELD.lastIndex < text.length || line.length > 0;) {
    const [, field, after] = FIELD.exec(text) ?? []
    if (field === undefined) throw new Error(`row ${lines.length + 1}: a quote that is not where it may be`)
    line.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (after === ',') continue
    lines.push(line)
    line = []
  }
  const [names = [], ...rows] = lines
  return rows.map((fields, at) => {
    if (fields.length !== names.length)
      throw new Error(`row ${at + 2}: ${names.length} fields are expected, and ${fields.length} are there`)
    return Object.fromEntries(names.map((name, place) => [name, fields[place] ?? '']))
  })
}

/**
 * @param {readonly string[]} names
 * @param {readonly (readonly string[])[]} rows
 */
export function csvText(names, rows) {
  return [names, ...rows].map((fields) => `${fields.map(quoted).join(',')}\n`).join('')
}

/** @param {string} field */
function quoted(field) {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
