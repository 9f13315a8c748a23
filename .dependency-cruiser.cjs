// The floors of the house: a file imports from its own floor or from one below it, never upwards and
// never in a circle. test/project/floors.test.ts breaks each rule once.

/** From the ground up; each a path below lib/. */
const floors = [
  'addon(/|\\.ts$)',
  'sys/',
  'multiplexer/',
  'reactor/',
  'net/',
  'framing/',
  'http/',
  'cluster/',
  'index\\.ts$',
  'cli/',
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floors.slice(0, -1).map((floor, i) => ({
      name: `floor-${String(i)}-imports-upwards`,
      comment: `lib/${floor.replace(/\W+$/, '')} stands below what it imports.`,
      severity: 'error',
      from: { path: `^lib/${floor}` },
      to: { path: `^lib/(${floors.slice(i + 1).join('|')})` },
    })),
    {
      name: 'no-circular',
      comment: 'Two files that import each other are one file; imports of types alone count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'A file in lib/ that no entry of the package leads to is dead.',
      severity: 'error',
      from: {
        path: '^lib/(index|(sys|framing|cluster)/index|cluster/bootstrap|cli/(main|(echo|http)-worker))\\.ts$',
      },
      to: {
        path: '^lib/',
        pathNot:
          '\\.d\\.ts$|^lib/(index|(sys|framing|cluster)/index|cluster/bootstrap|cli/(main|(echo|http)-worker))\\.ts$',
        reachable: false,
      },
    },
    {
      name: 'lib-on-a-floor',
      comment: 'Every file in lib/ stands on one of the floors named above.',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: `^lib/(${floors.join('|')})` },
    },
    {
      name: 'lib-stands-alone',
      comment: 'What is shipped needs nothing of what is not.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(bench|test|examples|scripts)/' },
    },
    {
      name: 'only-declared-dependencies',
      comment: 'lib/ imports Node, itself, and what package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypesNot: ['core', 'local', 'npm', 'type-only', 'import', 'require', 'export'],
      },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsConfig: { fileName: require('node:path').join(__dirname, 'tsconfig.json') },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.mts', '.d.ts', '.json'],
    },
  },
}
