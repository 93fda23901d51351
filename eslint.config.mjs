import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-plugin-prettier/recommended';
import tseslint from 'typescript-eslint';

/** Every rule of the plugin as an error; `no-schema-enum` reads schema files only. */
const jupyterRules = Object.fromEntries(
  Object.keys(jupyter.rules)
    .filter(name => name !== 'no-schema-enum')
    .map(name => [`jupyter/${name}`, 'error'])
);

export default tseslint.config(
  {
    ignores: ['lib', 'node_modules', '**/labextension', '**/*.js', '**/*.mjs']
  },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}', 'ui-tests/**/*.ts'],
    extends: [
      js.configs.recommended,
      ...tseslint.configs.recommended,
      prettier
    ],
    languageOptions: { parserOptions: { project: './tsconfig.test.json' } },
    rules: {
      ...jupyterRules,
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_' }
      ],
      // Types of a class stand in the namespace of its name, as in JupyterLab.
      '@typescript-eslint/no-namespace': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': 'error'
    }
  }
);
