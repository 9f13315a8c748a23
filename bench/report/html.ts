/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Makes text safe in element content and in quoted attributes. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character)

type Value = string | Html | readonly (string | Html)[]

function render(value: Value): string {
  if (value instanceof Html) return value.text
  if (typeof value === 'string') return escape(value)
  return value.map(render).join('')
}

/** A template whose values are escaped, unless they are Html; lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = parts.map((part, index) => {
    const value = values[index]
    return value === undefined ? part : part + render(value)
  })
  return new Html(text.join(''))
}

/** Data for a script to read: JSON in which nothing can end the script element. */
export const json = (value: unknown): Html =>
  new Html(JSON.stringify(value).replace(/</g, '\\u003c'))

/** A script or style of ours: without a way to end its element, or to ask for its source map. */
export function inline(text: string): Html {
  const whole = text.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '')
  return new Html(whole.replace(/<\/(script|style)/gi, '<\\/$1'))
}

/** Modules of ours as one, in the order in which they need each other: names are imported by standing before. */
export function modules(texts: readonly string[]): Html {
  const parts = texts.map((text) =>
    inline(text)
      .text.replace(/^import .*\n/gm, '')
      .replace(/^export (?=const|function)|^export \{\};?\n/gm, ''),
  )
  return new Html(parts.join(''))
}
