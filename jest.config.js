const jestJupyterLab = require('@jupyterlab/testutils/lib/jest-config');

const esModules = [
  '@codemirror',
  '@jupyter/ydoc',
  '@jupyter/react-components',
  '@jupyter/web-components',
  '@microsoft',
  '@jupyterlab/',
  '@lumino/',
  '@marijn',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs',
  'exenv-es6',
  'color',
  'marked'
].join('|');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  reporters: ['default'],
  // Properties are tried many times, and not every machine is idle meanwhile.
  testTimeout: 60000,
  setupFiles: [...(base.setupFiles ?? []), '<rootDir>/jest.setup.js'],
  cacheDirectory: '<rootDir>/.jest-cache',
  collectCoverageFrom: ['src/**/*.{ts,tsx}', '!src/**/__tests__/**'],
  modulePathIgnorePatterns: ['<rootDir>/jupyterlab_preflight/labextension'],
  testRegex: 'src/.*/.*.spec.ts[x]?$',
  transform: {
    ...base.transform,
    '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.test.json' }]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
