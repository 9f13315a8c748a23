import { SingleBar } from 'cli-progress'
import process from 'node:process'

/** Shows how far a run is. */
export interface Progress {
  /** A turn begins; `left` is the time that the rest of the run takes, in seconds. */
  turn(what: string, left: number): void
  end(): void
}

const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  return `${String(Math.floor(whole / 60))}:${String(whole % 60).padStart(2, '0')}`
}

function bar(turns: number): Progress {
  const shown = new SingleBar({
    format: ' {bar} {left} left · {what}',
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
    // The runner shares the machine with what it measures: it draws when something has happened.
    noTTYOutput: false,
    fps: 4,
    linewrap: false,
    gracefulExit: false,
  })
  // The terminal gets its cursor back, however the run ends.
  process.once('exit', () => {
    shown.stop()
  })
  let done = 0
  let started = false
  return {
    turn(what, left) {
      const payload = { left: clock(left), what }
      if (started) shown.update(done, payload)
      else shown.start(turns, 0, payload)
      started = true
      done += 1
    },
    end() {
      shown.stop()
    },
  }
}

/** A line for each scenario and round, for logs. */
function lines(): Progress {
  let last = ''
  return {
    turn(what, left) {
      const heading = what.replace(/ · [^·]*$/, '')
      if (heading === last) return
      last = heading
      process.stderr.write(`edgeloop bench: ${heading} (${clock(left)} left)\n`)
    },
    end() {
      // Nothing to clean up.
    },
  }
}

/** A bar on a terminal, plain lines elsewhere; both on stderr. */
export const makeProgress = (turns: number): Progress =>
  process.stderr.isTTY ? bar(turns) : lines()
