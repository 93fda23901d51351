/** What the tests share: links and cells, and a page with a fresh folder, and a cloud without faults. */
import {
  expect,
  galata,
  test as base
} from '@jupyterlab/galata';
import type { Page } from '@playwright/test';
import { readFileSync } from 'fs';
import * as path from 'path';

import { Cloud } from './cloud';
import { Lab, PATIENCE } from './lab';

const EXAMPLE = path.join(__dirname, '../../examples/digits/digits.ipynb');

/** Share link of the digits, as Dropbox gives it to copy. */
export const DIGITS =
  /https:\/\/www\.dropbox\.com\/\S+/.exec(readFileSync(EXAMPLE, 'utf8'))?.[0] ??
  '';

/** The project that learns to read the digits. */
export const NET = 'https://github.com/preflight-demo/digits-net';

/** A host of plain files. */
export const FILES = 'https://files.example.org';

/** A step that is done in no time. */
export const SMALL = `dataset ${FILES}/small.csv data/small`;

/** The cell that loads the kernel's side. */
export const LOADER = '%load_ext jupyterlab_preflight';

/** A cell of steps. */
export function steps(...lines: string[]): string {
  return ['%%preflight', ...lines].join('\n');
}

interface IFixtures {
  cloud: Cloud;
  lab: Lab;
}

/** Tests with an application that is loaded when the test has written its notebooks. */
export const test = base.extend<IFixtures>({
  autoGoto: false,
  // Nothing is left: the folder of the server is a temporary one.
  serverFiles: 'on',
  waitForApplication: async ({ baseURL }, use) => {
    void baseURL;
    await use(async page => {
      await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    });
  },
  // Galata takes each interrupt for a new kernel. Kernels end with their sessions.
  kernels: async ({ baseURL }, use) => {
    void baseURL;
    await use(null);
  },
  cloud: [
    async ({ request }, use) => {
      const cloud = new Cloud(request);
      await cloud.clear();
      await use(cloud);
      await cloud.clear();
    },
    { auto: true }
  ],
  lab: async ({ page, tmpPath }, use) => {
    const errors: Error[] = [];
    page.on('pageerror', error => errors.push(error));
    await use(new Lab(page as Page, tmpPath));
    expect(errors).toEqual([]);
  }
});

export { expect, galata, Lab, PATIENCE };
