import boundaries from 'eslint-plugin-boundaries'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import {
  layers,
  machineModules,
  pureFiles,
  runContract,
  runContractUsers,
  tensorFiles,
  tensorModules,
} from './scripts/check/layers.mjs'

const tests = ['**/*.test.ts']
const components = ['renderer/**/*.vue']
const sources = ['**/*.ts', '**/*.mjs', ...components]

/**
 * @param {(typeof machineModules)[]} groups
 * @returns {import('eslint').Linter.RulesRecord}
 */
function forbidden(...groups) {
  return { 'no-restricted-imports': 'off', '@typescript-eslint/no-restricted-imports': ['error', { patterns: groups }] }
}

const layerPolicies = Object.entries(layers).map(([type, { mayImport }]) => ({
  from: { element: { type } },
  allow: { to: { element: { type: [type, ...mayImport] } } },
}))

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/', '**/fixtures/', 'resources/'] },
  {
    files: sources,
    extends: [tseslint.configs.strict],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // One step of a reduction over a typed array is clearer with an index than with an iterator.
      '@typescript-eslint/prefer-for-of': 'off',
      // `_` stands for what an interface gives and nobody needs.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  ...vue.configs['flat/recommended'].map((config) => ({ ...config, files: components })),
  {
    files: components,
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, ecmaVersion: 2024, sourceType: 'module' },
    },
    rules: {
      // A chart is a Histogram; the rest is formatting, which is prettier's.
      'vue/multi-word-component-names': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      // TypeScript knows which props may be missing.
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
    },
  },
  {
    files: sources,
    ignores: tests,
    // The plugin's types describe another module shape than Node gives it.
    plugins: { boundaries: /** @type {import('eslint').ESLint.Plugin} */ (/** @type {unknown} */ (boundaries)) },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.mjs', '.vue'] } },
      'boundaries/elements': Object.entries(layers).map(([type, { folder }]) => ({ type, pattern: folder })),
      'boundaries/files': [{ category: 'run-contract', pattern: runContract }],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          message:
            'A file of "{{from.element.type}}" may not import one of "{{to.element.type}}" (scripts/check/layers.mjs).',
          policies: [
            ...layerPolicies,
            { from: { element: { type: runContractUsers } }, allow: { to: { file: { categories: 'run-contract' } } } },
          ],
        },
      ],
    },
  },
  {
    files: ['core/**/*.ts', 'renderer/**/*.{ts,vue}', 'electron/**/*.ts'],
    ignores: [...tensorFiles, ...tests],
    rules: forbidden(tensorModules),
  },
  { files: pureFiles, ignores: [...tensorFiles, ...tests], rules: forbidden(tensorModules, machineModules) },
  {
    // Pure, but tensors are their subject.
    files: pureFiles.filter((pattern) => tensorFiles.some((folder) => pattern.startsWith(folder.slice(0, -2)))),
    ignores: tests,
    rules: forbidden(machineModules),
  },
)
