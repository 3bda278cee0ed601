const WORDS = {
  'never-ran': 'has never run',
  'inputs-changed': 'changed:',
  'step-changed': 'the step is another',
  expired: 'its result is too old',
  forced: 'it was asked for',
  policy: 'it always runs',
  'not-reusing': 'nothing is reused',
  'result-gone': 'its result is gone',
  'inputs-unchanged': 'nothing has changed that it needs',
  'computed-before': 'computed before, of the same inputs',
}

/**
 * What became of each step, and why, as lines.
 *
 * @param {import('unitflow/steps').StepRunReport} report
 */
export function tableOf({ steps }) {
  const rows = [['step', 'what', 'took', 'why'], ...steps.map(rowOf)]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) => printable(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).trimEnd())
    .join('\n')
}

/** @param {import('unitflow/steps').StepReport} report */
function rowOf(report) {
  const took = 'milliseconds' in report ? `${report.milliseconds} ms` : ''
  return [report.step, report.type, took, whyOf(report)]
}

/** @param {import('unitflow/steps').StepReport} report */
function whyOf(report) {
  if (report.type === 'blocked') return `needs ${report.by.join(', ')}`
  const changes = 'changes' in report ? (report.changes ?? []) : []
  const gaveTheSame = report.type === 'ran' && report.changed.length === 0
  return [
    [WORDS[report.because], changes.map(changeText).join(', ')].filter((text) => text !== '').join(' '),
    ...(gaveTheSame ? ['gave what it had given'] : []),
  ].join('; ')
}

/** @param {import('unitflow/steps').InputChange} change */
function changeText({ state, before, after }) {
  const digests = [before, after].map(short)
  return digests.includes('') ? state : `${state} (${digests.join(' is now ')})`
}

/**
 * The digest of a value: of a short one it is the value itself, of which the shortest are shown.
 *
 * @param {string} digest
 */
function short(digest) {
  if (!digest.startsWith('=')) return `${digest.slice(0, 8)}…`
  return digest.length > 20 ? '' : digest.slice(1)
}

/**
 * Without what would drive the terminal: messages may quote what is in a file.
 *
 * @param {string} text
 */
export function printable(text) {
  return text.replace(/[^\n\P{C}]/gu, '�')
}
