import { readFileSync } from 'node:fs'
import { UsageError } from '../options'
import { resultsFormat, type Results } from '../results'
import { isRecord } from '../run/load'

/** A file that holds no results, or none that can be compared. Its message is for the user. */
export class FileError extends UsageError {}

const named = (value: unknown, key: string): boolean =>
  isRecord(value) && typeof value[key] === 'string'

function isScenarioResult(value: unknown): boolean {
  if (!isRecord(value) || !named(value['scenario'], 'name')) return false
  const { rows } = value
  return (
    Array.isArray(rows) &&
    rows.every((row) => named(row, 'server') && isRecord(row) && Array.isArray(row['trials']))
  )
}

function isResults(value: unknown): value is Results {
  if (!isRecord(value) || !isRecord(value['settings']) || !named(value['machine'], 'cpu'))
    return false
  const { scenarios } = value
  return (
    typeof value['startedAt'] === 'string' &&
    Array.isArray(scenarios) &&
    scenarios.every(isScenarioResult)
  )
}

function parsed(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = isRecord(error) ? error['code'] : undefined
    throw new FileError(
      code === 'ENOENT'
        ? `there is no file '${file}'`
        : `'${file}' can't be read (${String(code ?? error)})`,
    )
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new FileError(`'${file}' is not JSON: not a results.json, or not a whole one`)
  }
}

/** Reads what a run has written. Throws FileError. */
export function readResults(file: string): Results {
  const value = parsed(file)
  const format = isRecord(value) ? value['format'] : undefined
  if (typeof format !== 'number')
    throw new FileError(`'${file}' is JSON, but not what \`edgeloop bench\` writes`)
  if (format !== resultsFormat)
    throw new FileError(
      `'${file}' has format ${String(format)}, this edgeloop reads ${String(resultsFormat)}: take the figures again`,
    )
  if (!isResults(value))
    throw new FileError(`'${file}' is damaged: parts of a results.json are missing`)
  return value
}
