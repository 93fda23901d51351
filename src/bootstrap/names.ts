/** Steps and providers in the words that people use for them; step words are for code. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStep } from './grammar';

/**
 * The name of a provider.
 *
 * @param provider - its name in links, such as `gdrive`
 * @param host - the host of the link, shown where the provider is none in particular
 */
export function providerName(
  provider: string,
  host: string,
  trans: TranslationBundle
): string {
  switch (provider) {
    case 'dropbox':
      return 'Dropbox';
    case 'gdrive':
    case 'drive':
      return 'Drive';
    case 'github':
      return 'GitHub';
    case 'kaggle':
      return 'Kaggle';
    case 'hf':
      return 'Hugging Face';
    case 'zenodo':
      return 'Zenodo';
    case 'doi':
      return 'DOI';
    case 's3':
      return 'S3';
    case 'gcs':
      return 'Cloud Storage';
    case 'rclone':
      return 'rclone';
    case 'local':
      return trans.__('this machine');
    default:
      return host;
  }
}

/** Whether a step brings a source: data or code from a link to a folder. */
export function isSource(step: IStep): boolean {
  return step.name === 'dataset' || step.name === 'project';
}

/** The name of a row: the folder of a source, else what kind of step it is. */
export function nameOf(step: IStep, trans: TranslationBundle): string {
  switch (step.name) {
    case 'dataset':
    case 'project':
    case 'link':
      return step.args[1];
    case 'pip':
      return trans.__('Packages');
    case 'apt':
      return trans.__('System packages');
    case 'env':
      return trans.__('Environment');
    case 'keep':
      return trans.__('Results');
    case 'require':
      return trans.__('Machine');
    case 'run':
      return trans.__('Command');
    default:
      return step.name;
  }
}

/** What is known of a step before the kernel has said anything. */
export function aboutStep(step: IStep, trans: TranslationBundle): string {
  const parts: string[] = [];
  if (step.name === 'dataset') {
    parts.push(trans.__('fetched once'));
  } else if (step.name === 'project') {
    const { owner, repo } = step.source?.parts ?? {};
    const ref = step.options.ref;
    parts.push(
      ...(owner && repo ? [`${owner}/${repo}`] : []),
      ...(typeof ref === 'string' ? [ref] : []),
      trans.__('updated every time')
    );
  } else if (step.name === 'link') {
    parts.push(`→ ${step.args[0]}`);
  } else if (step.name === 'keep') {
    parts.push(step.args.join(' → '));
  } else {
    parts.push(step.args.join(' '));
  }
  if (step.options.optional) {
    parts.push(trans.__('optional'));
  }
  const on = step.options.on;
  if (on && on !== true) {
    parts.push(trans.__('only on %1', [on].flat().join(', ')));
  }
  return parts.join(' · ');
}

/** Where a source comes from; empty for other steps. */
export function placeOf(step: IStep, trans: TranslationBundle): string {
  return step.source
    ? providerName(step.source.provider, step.source.host, trans)
    : '';
}

/** Hosts and other places that sources come from, each once. */
export function placesOf(
  steps: readonly IStep[],
  trans: TranslationBundle
): string[] {
  const places = steps
    .filter(step => step.source)
    .map(step => step.source?.host || placeOf(step, trans));
  return [...new Set(places)];
}
