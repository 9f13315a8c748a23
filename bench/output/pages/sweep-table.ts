import { byteSize, micros, whole } from '../../figures/format'
import type { Sweep, SweepKind } from '../../figures/sweeps'
import { markdown } from './markdown'
import { marked, tailNote } from './prices'

const axes: Readonly<Record<SweepKind, (sweep: Sweep) => string>> = {
  idle: ({ like }) => `CPU µs per ${like.unit}, ${whole(like.connections)} active among`,
  connections: ({ like }) => {
    const share = like.connections / (like.connections + like.idle)
    const active = share === 1 ? 'all' : `${String(Math.round(share * 100))}%`
    return `CPU µs per ${like.unit}, ${active} active of`
  },
  size: ({ like }) => `CPU µs per ${like.unit} of`,
  share: () => 'p99 in µs at that part of the floor’s capacity',
}

const ticks: Readonly<Record<SweepKind, (value: number) => string>> = {
  idle: whole,
  connections: whole,
  size: byteSize,
  share: (value) => `${whole(value)}%`,
}

/** One number across, servers down. */
export function sweepTable(sweep: Sweep): string {
  const { kind, xs, courses } = sweep
  const format = kind === 'share' ? whole : micros
  const table = markdown(
    [axes[kind](sweep), ...xs.map(ticks[kind])],
    courses.map(({ title, points }) => [
      title,
      ...xs.map((x) => {
        const figure = points.find((point) => point.x === x)?.figure
        return figure === undefined ? '–' : marked(format(figure.median), figure)
      }),
    ]),
  )
  return kind === 'share' ? `${table}\n\n${tailNote}` : table
}
