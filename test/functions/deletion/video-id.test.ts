import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixOf } from '../../../functions/deletion/data-map/data-map.ts';
import { InvalidVideoId } from '../../../functions/deletion/errors.ts';
import { parseVideoId } from '../../../functions/deletion/video-id.ts';

const ID = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';

describe('F8 parseVideoId', () => {
  it.each([
    '',
    ' ',
    '.',
    '..',
    '*',
    '%2e',
    '%2e%2e',
    '/',
    ID.toUpperCase(),
    ` ${ID}`,
    `${ID} `,
    `${ID}/`,
    `${ID}\n`,
    `${ID}/../x`,
    `{${ID}}`,
    ID.replaceAll('-', ''),
    `${ID}0`,
    ID.slice(1),
    ID.replace('0190', '０１９０'),
    undefined,
    null,
    1,
    [ID],
    { id: ID },
  ])('refuses %j', (value) => {
    expect(() => parseVideoId(value)).toThrow(InvalidVideoId);
  });

  it('takes a UUID in lower case as it is', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(parseVideoId(id)).toBe(id);
      }),
    );
  });

  it('lets no string through whose prefix would reach beyond one video', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9a-fA-F/.%*-]*$/)),
        (text) => {
          let prefix: string;
          try {
            prefix = prefixOf(parseVideoId(text));
          } catch {
            return;
          }
          expect(prefix).toMatch(/^videos\/[0-9a-f-]{36}\/$/);
        },
      ),
    );
  });
});
