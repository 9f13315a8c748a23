/** Whose bar it is: decides its colour. */
export type Tone = 'floor' | 'node' | 'other' | 'edgeloop'

interface Common {
  readonly id: string
  readonly title: string
  readonly unit: string
}

/** A horizontal bar chart, as data: made when the report is written, drawn when it is read. */
export interface Bars extends Common {
  readonly form: 'bars'
  readonly stacked: boolean
  /** Whether the axis counts by factors: where the smallest bar could not be seen beside the largest. */
  readonly log?: boolean
  readonly labels: readonly string[]
  readonly tones: readonly Tone[]
  readonly series: readonly {
    readonly label: string
    /** Opacity of the bars, from 0 to 1. */
    readonly strength: number
    /** null: no figure, and no bar. */
    readonly values: readonly (number | null)[]
  }[]
  /** From the lowest to the highest round, drawn as a whisker on each bar. */
  readonly ranges?: readonly (readonly number[])[]
  /** A line across all bars. */
  readonly line?: { readonly value: number; readonly label: string }
}

/** Whoever else there is, in order. */
type Rest = 'second' | 'third' | 'fourth' | 'fifth' | 'sixth'

/** Whose line it is: decides its colour. Kernel calls differ, and so do their colours here. */
export type LineTone = Tone | 'select' | 'poll' | 'level' | 'edge' | Rest

/**
 * How far to the right a value stands: in proportion, by factors, or, for percentiles, each nine as far as the
 * one before.
 */
export type XScale = 'linear' | 'log' | 'percentile'

export interface Lines extends Common {
  readonly form: 'lines'
  readonly x: { readonly label: string; readonly unit: string; readonly scale: XScale }
  /** Values on the x axis that are worth a tick. */
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
  readonly lines: readonly {
    readonly label: string
    readonly tone: LineTone
    readonly dashed: boolean
    /** Whether each point is marked: where they are few and measured one by one. */
    readonly marked: boolean
    readonly points: readonly (readonly [x: number, y: number])[]
  }[]
}

export type Chart = Bars | Lines
