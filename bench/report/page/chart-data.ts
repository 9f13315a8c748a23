/** Whose bar it is: decides its colour. */
export type Tone = 'floor' | 'node' | 'other' | 'edgeloop'

/** A horizontal bar chart, as data: made when the report is written, drawn when it is read. */
export interface Chart {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly stacked: boolean
  readonly labels: readonly string[]
  readonly tones: readonly Tone[]
  readonly series: readonly {
    readonly label: string
    /** Opacity of the bars, from 0 to 1. */
    readonly strength: number
    readonly values: readonly number[]
  }[]
  /** From the lowest to the highest round, drawn as a whisker on each bar. */
  readonly ranges?: readonly (readonly number[])[]
  /** A line across all bars. */
  readonly line?: { readonly value: number; readonly label: string }
}
