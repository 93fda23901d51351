/** The table of providers, which the kernel reads too: what their links look like, and their hosts. */
import rows from '../../jupyterlab_preflight/sources/links.json';
import type { Classes, IRule } from './templates';

/** A provider's row. */
export interface IProvider {
  /** Its name for people. */
  name: string;
  /** Whether this version only knows it. */
  later?: boolean;
  hosts: string[];
  redirects: string[];
  fold?: string[];
  rules: IRule[];
}

/** Links of mail programs, search pages and chats that hold another link in one of some keys. */
export interface IWrapper {
  hosts: string[];
  paths: string[];
  keys: string[];
}

/** The links that a short form stands for: alone, and with what follows its `@`. */
export interface IShortForm {
  plain: string;
  at: string;
}

interface ITable {
  classes: Classes;
  wrappers: IWrapper[];
  short: Record<string, IShortForm>;
  providers: Record<string, IProvider>;
}

// A row has only the keys that it needs, so its inferred type is none of ours.
const table = rows as unknown as ITable;

/** Classes of letters by name. */
export const classes: Classes = table.classes;

/** All wrappers. */
export const wrappers: readonly IWrapper[] = table.wrappers;

/** Short forms by their scheme. */
export const shortForms: ReadonlyMap<string, IShortForm> = new Map(
  Object.entries(table.short)
);

/** Providers by name. */
export const providers: ReadonlyMap<string, IProvider> = new Map(
  Object.entries(table.providers)
);

/** Hosts of providers, for which `https://` may be left out. */
export const knownHosts: ReadonlySet<string> = new Set(
  [...providers.values()]
    .flatMap(row => row.hosts)
    .filter(host => !host.startsWith('.'))
);

/** A provider's row: its name for people, and whether this version serves it. */
export function providerRow(provider: string): IProvider {
  return (
    providers.get(provider) ?? {
      name: provider,
      hosts: [],
      redirects: [],
      rules: []
    }
  );
}
