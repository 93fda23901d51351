const base = require('@jupyterlab/galata/lib/playwright-config');

const port = process.env.PREFLIGHT_UI_PORT ?? '18999';
const python = process.env.PREFLIGHT_PYTHON ?? 'python';

module.exports = {
  ...base,
  testDir: './tests',
  timeout: 90000,
  workers: 1,
  fullyParallel: false,
  reporter: [['list']],
  use: {
    ...base.use,
    baseURL: `http://127.0.0.1:${port}`,
    // Galata records videos, for which Playwright needs an ffmpeg of its own.
    video: 'off',
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      // Unset: the browser of `npx playwright install chromium`.
      executablePath: process.env.PREFLIGHT_CHROMIUM || undefined,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run'
      ]
    }
  },
  webServer: {
    command: `${python} serve.py`,
    cwd: __dirname,
    env: { PREFLIGHT_UI_PORT: port },
    url: `http://127.0.0.1:${port}/lab`,
    timeout: 120000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10000 }
  }
};
