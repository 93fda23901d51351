import fc from 'fast-check';

import linkRows from '../../../tests/vectors/links.json';
import redactRows from '../../../tests/vectors/redact.json';
import refusedRows from '../../../tests/vectors/refused.json';
import urlRows from '../../../tests/vectors/urls.json';
import { suggestFolder } from '../../bootstrap/naming';
import { ipv6, ipv6Text, isLinkLocal } from '../addresses';
import { codePoints, isHidden, utf8Length } from '../characters';
import { LinkProblem, recognise, redact } from '../links';
import { providerRow } from '../table';
import { decode, encode, split, urlText } from '../urls';

function problemOf(read: () => unknown): LinkProblem | null {
  try {
    read();
    return null;
  } catch (problem) {
    if (problem instanceof LinkProblem) {
      return problem;
    }
    throw problem;
  }
}

describe('split', () => {
  it.each(urlRows.map(row => [row.text.slice(0, 60), row] as const))(
    'reads %j as the kernel does',
    (_, row) => {
      if (row.code !== undefined) {
        const problem = problemOf(() => split(row.text));
        expect(problem).toMatchObject({ code: row.code, hint: row.hint ?? '' });
        expect(problem?.values).toEqual(row.values);
        return;
      }
      const { text, url, ...parts } = row;
      expect(split(text)).toEqual(parts);
      expect(urlText(split(text))).toBe(url);
    }
  );

  it('keeps a URL in its one spelling as it is', () => {
    const letters = fc.constantFrom(..."abA01-._~%/:@!$&'()*+,;= é日?#[]");
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 30 }), path => {
        const given = `https://x.org/${path.join('')}`;
        const problem = problemOf(() => split(given));
        if (!problem) {
          const text = urlText(split(given));
          expect(urlText(split(text))).toBe(text);
          expect(text).toMatch(/^[!-~]+$/);
        }
      })
    );
  });

  it('codes and decodes segments and values', () => {
    fc.assert(
      fc.property(
        fc.fullUnicodeString(),
        fc.constantFrom('segment', 'value'),
        (text, kind) => {
          fc.pre(!Array.from(text).some(isHidden));
          expect(decode(encode(text, kind as 'segment' | 'value'))).toBe(text);
        }
      )
    );
  });
});

describe('addresses', () => {
  it('reads what it writes', () => {
    const groups = fc.array(fc.constantFrom(0, 0, 1, 0xabcd), {
      minLength: 8,
      maxLength: 8
    });
    fc.assert(
      fc.property(groups, given => {
        expect(ipv6(ipv6Text(given))).toEqual(given);
      })
    );
  });

  it('knows what is link-local', () => {
    expect(isLinkLocal('169.254.1.2')).toBe(true);
    expect(isLinkLocal('[fe80::1]')).toBe(true);
    expect(isLinkLocal('[::ffff:a9fe:a9fe]')).toBe(true);
    expect(isLinkLocal('[64:ff9b::a9fe:1]')).toBe(true);
    expect(isLinkLocal('10.0.0.1')).toBe(false);
    expect(isLinkLocal('[2001:db8::1]')).toBe(false);
  });
});

describe('recognise', () => {
  const spellings = linkRows.flatMap(row =>
    row.links.map(link => [link.link.trim().slice(0, 80), row, link] as const)
  );

  it.each(spellings)('knows %s', (_, row, link) => {
    const source = recognise(link.link);
    expect(source.canonical).toBe(row.canonical);
    expect(`${source.provider} ${source.kind}`).toBe(link.is);
    expect(source.host).toBe(link.host);
    expect(source.parts).toEqual(link.parts);
  });

  it.each(linkRows.map(row => [row.canonical, row] as const))(
    'leaves the canonical %s as it is',
    canonical => {
      expect(recognise(canonical).canonical).toBe(canonical);
    }
  );

  it.each(linkRows.map(row => [row.canonical, row] as const))(
    'guesses a folder for %s',
    (_, row) => {
      const source = recognise(row.links[0].link);
      expect(suggestFolder(source, 'dataset')).toBe(row.folder.dataset);
      expect(suggestFolder(source, 'project')).toBe(row.folder.project);
    }
  );

  it.each(refusedRows.map(row => [row.link.slice(0, 60), row] as const))(
    'refuses %j in the words of the kernel',
    (_, row) => {
      expect(problemOf(() => recognise(row.link))).toMatchObject({
        code: row.code,
        message: row.message,
        hint: row.hint ?? ''
      });
    }
  );

  it('answers any text', () => {
    const texts = fc.oneof(
      fc.fullUnicodeString({ maxLength: 60 }),
      fc.string16bits({ maxLength: 60 }),
      fc
        .tuple(
          fc.constantFrom(
            'https://github.com/',
            'https://www.dropbox.com/scl/fo/',
            'https://drive.google.com/',
            'github:',
            'kaggle:',
            's3://'
          ),
          fc.webPath(),
          fc.webQueryParameters()
        )
        .map(([start, path, query]) => `${start}${path.slice(1)}?${query}`)
    );
    fc.assert(
      fc.property(texts, text => {
        redact(text);
        const problem = problemOf(() => recognise(text));
        if (problem) {
          expect(problem.message).not.toBe('');
        } else {
          const { canonical } = recognise(text);
          expect(recognise(canonical).canonical).toBe(canonical);
        }
      }),
      { numRuns: 500 }
    );
  });

  it('says no password', () => {
    for (const link of [
      'https://me:hunter2@x.org:80a/a',
      'https://me:hunter2@x.org/%zz'
    ]) {
      const problem = problemOf(() => recognise(link));
      expect(`${problem?.message} ${problem?.hint}`).not.toContain('hunter2');
    }
  });

  it('is not misled by names that every object has', () => {
    for (const link of ['constructor:x', 'valueOf:x', 'toString:a/b']) {
      expect(problemOf(() => recognise(link))?.code).toBe('link-scheme');
    }
    expect(providerRow('constructor').rules).toEqual([]);
  });

  it('takes linear time', () => {
    const start = process.cpuUsage();
    for (const piece of ['a', '/', '%41', '&a=b', 'a/../', '&amp;', '@']) {
      const text = `https://github.com/me/net/tree/${piece.repeat(200_000)}`;
      expect(problemOf(() => recognise(text))?.code).toBe('link-long');
      redact(text);
      problemOf(() => recognise(text.slice(0, 8192)));
    }
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(3000);
  });
});

describe('redact', () => {
  it.each(redactRows.map(row => [row.url, row] as const))(
    'shows %j without what is secret',
    (url, row) => {
      expect(redact(url)).toBe(row.shown);
    }
  );
});

describe('characters', () => {
  it('are counted as the kernel counts them', () => {
    fc.assert(
      fc.property(fc.string16bits(), text => {
        expect(codePoints(text)).toBe(Array.from(text).length);
      })
    );
    fc.assert(
      fc.property(fc.fullUnicodeString(), text => {
        expect(utf8Length(text)).toBe(Buffer.from(text, 'utf-8').length);
      })
    );
  });
});
