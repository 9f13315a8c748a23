import { type Field, newField } from './field'

/**
 * The fields of an answer. Most have one, and then there is no array: one is made for each answer
 * otherwise, and costs as much as the answer.
 * @internal
 */
export type Fields = Field | Field[] | undefined

/** @internal */
export function findField(fields: Fields, key: string): Field | undefined {
  if (!Array.isArray(fields)) return fields?.key === key ? fields : undefined
  for (const field of fields) if (field.key === key) return field
  return undefined
}

/** With `field` in place of an earlier one of its name, or behind all others. @internal */
export function putField(fields: Fields, field: Field): Field | Field[] {
  if (fields === undefined) return field
  if (!Array.isArray(fields)) return fields.key === field.key ? field : [fields, field]
  for (let i = 0; i < fields.length; i++) {
    if (fields[i]?.key !== field.key) continue
    fields[i] = field
    return fields
  }
  fields.push(field)
  return fields
}

/** `more`, with the lines that the field has in front. @internal */
export function appended(fields: Fields, more: Field): Field {
  const before = findField(fields, more.key)
  // What frames the message has one value.
  if (before === undefined || more.key === 'content-length') return more
  return newField(more.key, `${before.value}, ${more.value}`, before.line + more.line)
}

/** With those of `more` whose names it has not. @internal */
export function withMissing(fields: Fields, more: Field[]): Fields {
  if (fields === undefined) return more
  let all = fields
  for (const field of more) {
    if (findField(all, field.key) === undefined) all = putField(all, field)
  }
  return all
}

/** @internal */
export function withoutField(fields: Fields, key: string): Fields {
  if (!Array.isArray(fields)) return fields?.key === key ? undefined : fields
  return fields.filter((field) => field.key !== key)
}

/** The Content-Type where no other field was set, `fallback` where none was at all. @internal */
export function onlyType(fields: Fields, fallback: Field): Field | undefined {
  if (fields === undefined) return fallback
  const only = Array.isArray(fields) ? fields[0] : fields
  if (Array.isArray(fields) && fields.length !== 1) {
    return fields.length === 0 ? fallback : undefined
  }
  return only?.key === 'content-type' ? only : undefined
}
