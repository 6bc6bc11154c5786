import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist*/**',
      'packages/**',
      'node_modules/**',
      'test/fixtures/plugins/**',
      '**/*.js',
      '**/*.mjs',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: new URL('..', import.meta.url).pathname },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unbound-method': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 350],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // A test file's outermost function is a table of contents, not a function to fit a screen.
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      // What is only expected under a condition passes by not being looked at.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(IfStatement > .consequent, IfStatement > .alternate, CatchClause, LogicalExpression > .right, ConditionalExpression > .consequent, ConditionalExpression > .alternate) CallExpression[callee.name="expect"]',
          message: 'Expect it unconditionally, of what stands for both cases',
        },
      ],
    },
  },
);
