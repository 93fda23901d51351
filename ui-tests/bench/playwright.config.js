const base = require('../playwright.config.js');

module.exports = {
  ...base,
  testDir: '.',
  testMatch: '*.bench.ts',
  // One thing at a time; a measurement in full takes a quarter of an hour.
  workers: 1,
  timeout: 0,
  webServer: base.webServer
    .slice(0, 1)
    .map(server => ({ ...server, cwd: `${__dirname}/..` }))
};
