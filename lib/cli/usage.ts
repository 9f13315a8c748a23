import { parseArgs, type ParseArgsConfig } from 'node:util'

type Definitions = NonNullable<ParseArgsConfig['options']>

/** A command line that asks for what does not exist. Its message is for the user; the exit code is 2. */
export class UsageError extends Error {}

/** A command of `edgeloop`. */
export interface Command {
  readonly name: string
  /** One line for `edgeloop --help`. */
  readonly summary: string
  /** What `edgeloop NAME --help` prints. */
  readonly help: string
  /** Resolves with the exit code. */
  run(words: readonly string[]): Promise<number>
}

/** `util.parseArgs`, strict, whose complaints become a {@link UsageError} of one line. */
export function parse<const Options extends Definitions>(
  words: readonly string[],
  options: Options,
  allowPositionals = false,
): ReturnType<typeof parseArgs<{ options: Options; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(message.split(/\. |\n/, 1)[0] ?? message)
  }
}

/** One of a few words. */
export function choice<Word extends string>(
  what: string,
  value: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value)
  if (found === undefined) {
    throw new UsageError(`${what} must be one of ${words.join(', ')}, not '${value}'`)
  }
  return found
}
