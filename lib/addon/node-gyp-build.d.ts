declare module 'node-gyp-build' {
  /** Loads the addon of the package at `directory`, from `build/` or `prebuilds/`. */
  function load(directory: string): unknown
  namespace load {
    /** The file that `load` would load. */
    function path(directory: string): string
  }
  export = load
}
