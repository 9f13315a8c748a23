// One linter for everything; how the code looks is Prettier's affair (no rule here has a say in it).

import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import ts from 'typescript-eslint'

export default defineConfig(
  {
    ignores: ['dist/', 'build/', 'build-*/', 'prebuilds/', 'coverage/', '**/node_modules/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // The compiler, which sees the scripts too, knows better what is defined.
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `while (true)` with its way out in the middle is how one drains until EAGAIN.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // `!` is forbidden, so what is known better than the compiler knows it is said with `as`.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Each overload has its own doc comment, or hides an argument that is nobody's business.
      '@typescript-eslint/unified-signatures': 'off',
      // A method that a handler object leaves empty on purpose says enough by being empty.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'after-used', argsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
    },
  },
  {
    // Programs that talk to a person: what they print is their product.
    files: ['lib/cli/**', 'bench/**', 'examples/**', 'scripts/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      // Misuse is tested by passing what the types forbid, and `it` takes what it is given.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': false }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Typed by comments, which the compiler understands and these two rules do not.
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.cjs'],
    extends: [ts.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
)
