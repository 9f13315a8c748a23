/**
 * `Symbol.dispose`, by which `using` ends a resource. Node 20.0 to 20.4 have no such symbol; there the
 * method stands under one of our own, so that it does no harm.
 * @internal
 */
export const dispose: typeof Symbol.dispose =
  (Symbol as { readonly dispose?: typeof Symbol.dispose }).dispose ??
  (Symbol.for('nodejs.dispose') as typeof Symbol.dispose)
