const base = require('@jupyterlab/galata/lib/playwright-config');

// Each worker has a server and a cloud of its own: what one test breaks, the other does not see.
const workers = Number(process.env.PREFLIGHT_UI_WORKERS ?? '2');
const port = Number(process.env.PREFLIGHT_UI_PORT ?? '18999');
const cloud = Number(process.env.PREFLIGHT_CLOUD_PORT ?? '18998');
const worker = Number(process.env.TEST_PARALLEL_INDEX ?? '0');
const python = process.env.PREFLIGHT_PYTHON ?? 'python';

module.exports = {
  ...base,
  testDir: './tests',
  timeout: 90000,
  workers,
  fullyParallel: true,
  // What fails once is looked into.
  retries: 0,
  reporter: [['list']],
  use: {
    ...base.use,
    baseURL: `http://127.0.0.1:${port + 10 * worker}`,
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
  webServer: Array.from({ length: workers }, (_, index) => ({
    command: `${python} serve.py`,
    cwd: __dirname,
    env: {
      PREFLIGHT_UI_PORT: String(port + 10 * index),
      PREFLIGHT_CLOUD_PORT: String(cloud + 10 * index)
    },
    url: `http://127.0.0.1:${port + 10 * index}/lab`,
    timeout: 120000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10000 }
  }))
};
