const base = require('../../ui-tests/playwright.config.js');

module.exports = {
  ...base,
  testDir: '.',
  testMatch: '*.bench.ts',
  // One thing at a time; a measurement in full takes minutes.
  workers: 1,
  timeout: 0,
  webServer: base.webServer.slice(0, 1)
};
