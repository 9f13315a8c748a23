import { byteSize, duration, listed, micros, percent, times, whole } from './format'
import { keepsUp } from './load-reading'
import { differ, noisy, type Figure } from './statistics'
import { saturated } from './summary'
import type { Course, Sweep, SweepKind } from './sweeps'
import { scans } from './textbook'

/** Both ends of a course that has some. */
interface Ends {
  readonly course: Course
  readonly from: { readonly x: number; readonly figure: Figure }
  readonly to: { readonly x: number; readonly figure: Figure }
  readonly factor: number
  /** Whether the rounds prove a growth of more than a tenth. */
  readonly grew: boolean
}

function ends(courses: readonly Course[]): Ends[] {
  return courses.flatMap((course) => {
    const [from, to] = [course.points[0], course.points.at(-1)]
    if (from === undefined || to === undefined || from.x === to.x) return []
    const factor = to.figure.median / from.figure.median
    const grew = factor > 1.1 && differ(from.figure, to.figure)
    return [{ course, from, to, factor, grew }]
  })
}

/** From one end to the other; a course that stops before the last number says where. */
function told({ course, from, to, factor }: Ends, last: number): string {
  const where = to.x === last ? '' : ` at ${whole(to.x)}`
  return `${course.title} ${micros(from.figure.median)} to ${micros(to.figure.median)} µs${where} (×${times(factor)})`
}

/** Who has no figures at the far end, and where they stop. */
function stops({ courses, xs }: Sweep, things: string): string[] {
  const last = xs.at(-1) ?? 0
  const short = courses.flatMap(({ title, points }) => {
    const end = points.at(-1)?.x ?? 0
    return end < last ? [`${title} at ${whole(end)}`] : []
  })
  return short.length === 0
    ? []
    : [
        `Lines that end early: ${listed(short)}. Beyond that number of ${things} there are no figures.`,
      ]
}

/** ns that each further idle descriptor adds to the price of one event. */
function slope({ from, to }: Ends): string {
  const ns = ((to.figure.median - from.figure.median) * 1000) / (to.x - from.x)
  return ns < 0.1 ? 'nothing that shows' : `${ns < 10 ? ns.toFixed(1) : whole(ns)} ns`
}

const watchedBy = ({ like }: Sweep): string =>
  like.kind === 'talk' ? 'connections' : 'descriptors'

/** select and poll pay for every idle descriptor, epoll for none. Is it so here? */
function textbook(scanning: readonly Ends[], others: readonly Ends[]): string {
  const dearest = Math.max(...others.map(({ factor }) => factor))
  const rises = scanning.every(({ grew, factor }) => grew && factor > dearest + 0.15)
  const flat = others.every(({ factor, grew }) => factor < 1.15 || !grew)
  if (!rises)
    return 'The textbook says that select and poll pay for every idle descriptor and epoll for none. These figures do not show it clearly: under full load one call finds many that are ready and shares its price among them, or the machine was not quiet enough.'
  return flat
    ? 'That is what the textbook says: select and poll are O(n), their lines rise with the number of descriptors, because they look at all of them on every call; epoll is told by the kernel which are ready, and its line stays flat.'
    : `The textbook says that the price grows with every idle descriptor on select and poll, and so it does here. It also says that on epoll it does not grow at all, and that is not quite so: it grew up to ${times(dearest)} times here. More sockets touch more memory, whoever waits for them.`
}

function readIdleSweep(sweep: Sweep): string[] {
  const { like, xs } = sweep
  const all = ends(sweep.courses)
  const scanning = all.filter(({ course }) => scans(course.server))
  const others = all.filter(({ course }) => course.server.startsWith('epoll'))
  const things = watchedBy(sweep)
  const span = `from ${whole(xs[0] ?? 0)} to ${whole(xs.at(-1) ?? 0)} ${things}, ${whole(like.connections)} of them active`
  const prices = `CPU per ${like.unit} ${span}: ${listed(all.map((one) => told(one, xs.at(-1) ?? 0)))}.`
  if (scanning.length === 0 || others.length === 0) return [prices, ...stops(sweep, things)]
  const each = [...scanning, ...others].map((one) => `${one.course.title} ${slope(one)}`)
  return [
    textbook(scanning, others),
    `Each further one that is watched and silent adds to the price of every ${like.unit}: ${listed(each)}.`,
    prices,
    ...stops(sweep, things),
  ]
}

/** Who is dearer at the far end than at its cheapest in between: a course is more than its ends. */
function rises(courses: readonly Course[]): string[] {
  const list = courses.flatMap(({ title, points }) => {
    const [low] = [...points].sort((a, b) => a.figure.median - b.figure.median)
    const end = points.at(-1)
    if (low === undefined || end === undefined || low === points[0]) return []
    const factor = end.figure.median / low.figure.median
    if (factor <= 1.1 || !differ(low.figure, end.figure)) return []
    return [`${title} ×${times(factor)} since ${whole(low.x)}`]
  })
  return list.length === 0
    ? []
    : [
        `From its cheapest point on, the price rises again: ${listed(list)}. More sockets touch more memory; and select and poll look at each of them.`,
      ]
}

function readConnections(sweep: Sweep): string[] {
  const { like, xs } = sweep
  const share = like.connections / (like.connections + like.idle)
  const active = share === 1 ? 'all of them' : `${percent(share)} of them`
  const all = ends(sweep.courses)
  const first = `From ${whole(xs[0] ?? 0)} to ${whole(xs.at(-1) ?? 0)} connections, ${active} talking, a ${like.unit} costs: ${listed(all.map((one) => told(one, xs.at(-1) ?? 0)))}.`
  const falls = all.filter(
    ({ from, to }) => differ(from.figure, to.figure) && to.figure.median < from.figure.median,
  )
  return [
    first,
    ...(falls.length === 0
      ? []
      : [
          `It became cheaper with more of them for ${listed(falls.map(({ course }) => course.title))}: the more are ready at once, the more messages share one wait, and with one connection every message finds the server asleep.`,
        ]),
    ...rises(sweep.courses),
    ...stops(sweep, 'connections'),
  ]
}

function readSizes(sweep: Sweep): string[] {
  const { xs, courses } = sweep
  const [small, large] = [xs[0] ?? 0, xs.at(-1) ?? 0]
  // A price at another size would be set beside the floor's at the far end.
  const all = ends(courses).filter(({ from, to }) => from.x === small && to.x === large)
  const floor = all.find(({ course }) => course.role === 'floor')
  const per = all.map(
    ({ course, to }) => `${course.title} ${((to.figure.median * 1000) / to.x).toFixed(2)} ns`,
  )
  const narrowing = all.flatMap(({ course, from, to }) => {
    if (floor === undefined || course.role === 'floor') return []
    const [at, later] = [
      from.figure.median / floor.from.figure.median,
      to.figure.median / floor.to.figure.median,
    ]
    return [`${course.title} ${times(at)} and ${times(later)}`]
  })
  return [
    `From ${byteSize(small)} to ${byteSize(large)}. At the far end a byte costs: ${listed(per)}.`,
    ...(narrowing.length === 0
      ? []
      : [
          `Against the C++ floor, at ${byteSize(small)} and at ${byteSize(large)}: ${listed(narrowing)}. What is the same for all, copying, weighs more the larger the message; where a ratio grows all the same, that server copies or allocates more.`,
        ]),
  ]
}

function readShares(sweep: Sweep): string[] {
  const all = ends(sweep.courses)
  const [from, to] = [sweep.xs[0] ?? 0, sweep.xs.at(-1) ?? 0]
  const lines = all.map(
    ({ course, from: at, to: later }) =>
      `${course.title} ${duration(at.figure.median)} and ${duration(later.figure.median)}`,
  )
  const sorted = [...all].sort((a, b) => a.to.figure.median - b.to.figure.median)
  const worst = sorted.at(-1)
  const measure = all.find(({ course }) => course.role === 'floor') ?? sorted[0]
  const apart =
    measure !== undefined && worst !== undefined && differ(measure.to.figure, worst.to.figure)
      ? `The longest wait at ${whole(to)}% is with ${worst.course.title}, ${duration(worst.to.figure.median)}; that with ${measure.course.title} is ${duration(measure.to.figure.median)}.`
      : `At ${whole(to)}% the rounds of all servers overlap: no order among them is proved.`
  return [
    `One ${sweep.like.unit} in a hundred takes longer than this, at ${whole(from)}% and at ${whole(to)}% of what the C++ floor can answer: ${listed(lines)}.`,
    `${apart} Queues grow long before a server is full: that is why latency is measured at a given load, from the moment a message was due.`,
    ...overrun(sweep),
    ...scattered(sweep),
  ]
}

/** Who is asked for more than it can answer, and from where on. */
function overrun({ courses, members, xs }: Sweep): string[] {
  const late = courses.flatMap(({ server, title }) => {
    const shares = members.flatMap(({ scenario, rows }, index) => {
      const answered = rows.find((row) => row.server === server)?.summary?.throughput.median
      const behind = answered !== undefined && answered < scenario.rate * keepsUp
      return behind ? [`${whole(xs[index] ?? 0)}%`] : []
    })
    return shares.length === 0 ? [] : [`${title} (at ${listed(shares)})`]
  })
  return late.length === 0
    ? []
    : [
        `Not keeping up with the rate: ${listed(late)}. A wait there is that of a queue which grows as long as the load lasts.`,
      ]
}

/** A tail is made by few moments: where most of its points scatter, crossing lines are no order. */
function scattered({ courses }: Sweep): string[] {
  const points = courses.flatMap((course) => course.points)
  const noisyOnes = points.filter(({ figure }) => noisy(figure))
  if (noisyOnes.length * 2 < points.length) return []
  return [
    `Of ${String(points.length)} points ${String(noisyOnes.length)} come from rounds more than 15% apart: a p99 is made by the few moments in which the machine did something else, so lines that rise, fall and cross at this height prove no order. Only what lies beyond all rounds of another does.`,
  ]
}

const readers: Readonly<Record<SweepKind, (sweep: Sweep) => string[]>> = {
  idle: readIdleSweep,
  connections: readConnections,
  size: readSizes,
  share: readShares,
}

/** Points at which the load generator had no time left: CPU still counts there, throughput does not. */
function readGenerator({ kind, like, members, xs }: Sweep): string[] {
  if (like.kind !== 'talk') return []
  const tick = kind === 'size' ? byteSize : whole
  const limited = members.flatMap(({ rows }, index) =>
    rows.some(({ summary }) => (summary?.loadBusy ?? 0) >= saturated) ? [tick(xs[index] ?? 0)] : [],
  )
  if (limited.length === 0) return []
  const what =
    kind === 'share'
      ? 'waits there are partly its own'
      : 'throughput is its limit there; CPU of the server, shown here, is not'
  return [
    `The load generator’s own core was the bottleneck at ${listed(limited)}${kind === 'share' ? '%' : ''}: ${what}.`,
  ]
}

/** What a sweep says, in plain words. */
export const readSweep = (sweep: Sweep): string[] => [
  ...readers[sweep.kind](sweep),
  ...readGenerator(sweep),
]
