/** A coding that a file may lie precompressed in, and the ending of its name. @internal */
export const PRECOMPRESSED = [
  { coding: 'br', ending: '.br' },
  { coding: 'gzip', ending: '.gz' },
] as const

const MEMBER =
  /^[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*(?:;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?[ \t]*$/i

/** Of what is neither named nor forbidden: less than any weight that can be told. */
const LEAST = 0.0001

/**
 * How much a client likes a content coding, 0 (not at all) to 1 (RFC 9110 section 12.5.3). Without the field
 * only `identity` is liked, which is what servers do; with it `identity` is the last resort where the field does not
 * name it. A malformed member is passed over.
 * @internal
 */
export function codingWeight(acceptEncoding: string | undefined, coding: string): number {
  const identity = coding === 'identity'
  if (acceptEncoding === undefined) return identity ? 1 : 0
  let any: number | undefined
  for (const member of acceptEncoding.split(',')) {
    const match = MEMBER.exec(member)
    if (match === null) continue
    const name = (match[1] ?? '').toLowerCase()
    const weight = match[2] === undefined ? 1 : Number(match[2])
    if (name === coding || name === `x-${coding}`) return weight
    if (name === '*') any = weight
  }
  return any ?? (identity ? LEAST : 0)
}

/** The codings in the order of preference: the client's first, and the smaller file where it has none. @internal */
export function preferredCodings(
  acceptEncoding: string | undefined,
): readonly { coding: string; ending: string }[] {
  if (acceptEncoding === undefined) return []
  const plain = codingWeight(acceptEncoding, 'identity')
  return PRECOMPRESSED.map((entry) => ({
    ...entry,
    weight: codingWeight(acceptEncoding, entry.coding),
  }))
    .filter(({ weight }) => weight > 0 && weight >= plain)
    .sort((a, b) => b.weight - a.weight)
}
