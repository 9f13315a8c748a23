import type { Row, ScenarioResult, Summary } from '../results'

/** A row with figures. */
export interface Measured extends Row {
  readonly summary: Summary
}

export const measured = (result: ScenarioResult): Measured[] =>
  result.rows.flatMap((row) =>
    row.summary === undefined ? [] : [{ ...row, summary: row.summary }],
  )
