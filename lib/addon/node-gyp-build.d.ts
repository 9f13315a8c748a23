declare module 'node-gyp-build' {
  /** Loads the addon of the package at `directory`, from `build/` or `prebuilds/`. */
  export default function load(directory: string): unknown
}
