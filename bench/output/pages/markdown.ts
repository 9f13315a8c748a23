import type { Results } from '../../results'

/** Names a run, so that two pages can be seen to tell of the same one. */
export const runLine = ({ command, startedAt }: Results): string =>
  `\`${command}\`, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`

/** What it was taken on, and whether that had other things to do. */
export function circumstances({ settings, machine }: Results): string {
  const others = machine.others ?? 0
  const state =
    others < 0.05
      ? 'The machine was quiet.'
      : `**The machine was not quiet: other processes took ${String(Math.round(others * 100))}% of all CPU time. These figures are a sketch; ratios within a round suffer least.**`
  return `${String(settings.rounds)} rounds of ${String(settings.seconds)} s. ${machine.cpu}, ${String(machine.cores)} cores, ${machine.kernel}, Node ${machine.node}; ${machine.pinning}. ${state}`
}

/** A table in Markdown; the first column to the left, figures to the right. */
export function markdown(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = heads.map((_, index) => (index === 0 ? '---' : '--:'))
  return [line(heads), line(rule), ...rows.map(line)].join('\n')
}
