import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import { Consent } from '../consent';

/** Settings of a user, which may be changed in another place too. */
class FakeSettings {
  readonly changed = new Signal<this, void>(this);

  constructor(public approved: string[] = []) {}

  get() {
    return { composite: this.approved };
  }

  set(_: string, approved: string[]): Promise<void> {
    this.approved = approved;
    return Promise.resolve().then(() => this.changed.emit());
  }

  asPromise(): Promise<ISettingRegistry.ISettings> {
    return Promise.resolve(this as unknown as ISettingRegistry.ISettings);
  }
}

const consents: Consent[] = [];

function made(settings: Promise<ISettingRegistry.ISettings>): Consent {
  const consent = new Consent(settings);
  consents.push(consent);
  return consent;
}

afterEach(() => consents.splice(0).forEach(consent => consent.dispose()));

const later = () => new Promise(resolve => setTimeout(resolve));

describe('Consent', () => {
  it('remembers texts, not letters that an editor changes', async () => {
    const settings = new FakeSettings();
    const consent = made(settings.asPromise());
    await later();
    expect(consent.knows(' \n')).toBe(true);
    expect(consent.knows('apt git')).toBe(false);
    consent.approve('apt git\r\nenv A=1\n');
    expect(consent.knows('\napt git\nenv A=1')).toBe(true);
    expect(consent.knows('apt git\nenv A=2')).toBe(false);
    const other = made(settings.asPromise());
    await later();
    expect(other.knows('apt git\nenv A=1')).toBe(true);
  });

  it('keeps what was approved before the settings were there', async () => {
    const settings = new FakeSettings(['x']);
    const consent = made(settings.asPromise());
    consent.approve('apt git');
    await later();
    expect(consent.knows('apt git')).toBe(true);
    expect(settings.approved).toHaveLength(2);
  });

  it('forgets what the user has taken off the list', async () => {
    const settings = new FakeSettings();
    const consent = made(settings.asPromise());
    await later();
    consent.approve('apt git');
    await later();
    await settings.set('approved', []);
    expect(consent.knows('apt git')).toBe(false);
    consent.approve('apt make');
    await later();
    expect(settings.approved).toHaveLength(1);
  });

  it("takes typed texts for the user's own in this page only", async () => {
    const settings = new FakeSettings();
    const consent = made(settings.asPromise());
    await later();
    consent.typed('apt git');
    expect(consent.knows('apt git')).toBe(true);
    expect(settings.approved).toEqual([]);
  });

  it('goes on without settings', async () => {
    const consent = made(Promise.reject(new Error('none')));
    await later();
    consent.approve('apt git');
    expect(consent.knows('apt git')).toBe(true);
  });
});
