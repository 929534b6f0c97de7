import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FactBook } from '#benefit/facts/fact-book.ts';
import { type Actor, ServiceDesk } from '#benefit/facts/service-desk.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { wallMs } from '#kernel/time.ts';
import { plainCipher } from '#support/api-twins.ts';
import { TempDir } from '#support/temp-dir.ts';

const now = wallMs(Date.UTC(2026, 2, 4, 15));
const signer = ed25519Signer(newSigningKey());
const nurse: Actor = { name: 'nurse-1', at: now, source: 'api' };
const other: Actor = { name: 'nurse-2', at: now, source: 'api' };
const visit = {
  kind: 'professional',
  start: '2026-03-04T09:00:00-05:00',
  end: '2026-03-04T09:38:00-05:00',
  place: '12',
  credential: 'rn',
  need: 'assessment of the line and of the response',
};

function deskOn(store: StateStore = new MemoryStateStore()) {
  const book = new FactBook(store, signer, plainCipher);
  let made = 0;
  return { book, desk: new ServiceDesk(book, () => `s-${++made}`) };
}

const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
};

describe('a service', () => {
  it('is recorded as it is said, in instants, and is its writer’s own', () => {
    const { desk } = deskOn();
    expect(desk.begin('p', visit, nurse)).toMatchObject({
      id: 's-1',
      version: 1,
      replaces: null,
      signature: null,
      recordedBy: 'nurse-1',
      content: {
        performer: 'nurse-1',
        start: Date.UTC(2026, 2, 4, 14),
        end: Date.UTC(2026, 2, 4, 14, 38),
        evidence: [],
      },
    });
  });

  it('goes on until somebody checks out; only then can it be signed', () => {
    const { desk } = deskOn();
    const { id } = desk.begin('p', { ...visit, end: null }, nurse);
    expect(refusal(() => desk.sign('p', id, 1, nurse))).toMatchObject({ code: 'action-not-allowed' });
    const out = desk.correct('p', id, { end: visit.end }, { version: 1, reason: 'checked out' }, nurse);
    expect(out).toMatchObject({ version: 2, replaces: 1, reason: 'checked out' });
    expect(desk.sign('p', id, 2, nurse)).toMatchObject({
      version: 3,
      signature: { by: 'nurse-1', credential: 'rn', at: now },
    });
  });

  it('is signed by nobody but who gave it', () => {
    const { desk } = deskOn();
    const { id } = desk.begin('p', visit, nurse);
    expect(refusal(() => desk.sign('p', id, 1, other))).toMatchObject({ code: 'forbidden' });
  });

  it('loses its signature when it is corrected, and keeps every version', () => {
    const { desk, book } = deskOn();
    const { id } = desk.begin('p', visit, nurse);
    desk.sign('p', id, 1, nurse);
    const corrected = desk.correct('p', id, { finding: 'no redness' }, { version: 2, reason: 'left out' }, other);
    expect(corrected).toMatchObject({ version: 3, signature: null, content: { finding: 'no redness' } });
    expect(book.history('p', 'service', id).map(({ version, signature }) => [version, signature?.by ?? null])).toEqual([
      [1, null],
      [2, 'nurse-1'],
      [3, null],
    ]);
    expect(book.verify().broken).toBeNull();
  });

  it('is not corrected by who saw an older version', () => {
    const { desk, book } = deskOn();
    const { id } = desk.begin('p', visit, nurse);
    desk.sign('p', id, 1, nurse);
    const late = refusal(() => desk.correct('p', id, { finding: 'x' }, { version: 1, reason: 'late' }, other));
    expect(late).toMatchObject({ code: 'version-conflict' });
    expect(book.list('p', 'service')).toMatchObject([{ version: 2 }]);
  });

  it('can be withdrawn, and is then no fact', () => {
    const { desk, book } = deskOn();
    const { id } = desk.begin('p', visit, nurse);
    desk.withdraw('p', id, { version: 1, reason: 'another patient' }, nurse);
    expect(book.list('p', 'service')).toEqual([]);
    expect(book.history('p', 'service', id)).toHaveLength(1);
    expect(book.verify()).toMatchObject({ entries: 2, broken: null });
  });

  it.each([
    ['every problem at once', { kind: 'massage', credential: 'RN' }, /kind: .*start: .*place: .*credential: /],
    ['an end before its beginning', { ...visit, end: '2026-03-04T08:00:00-05:00' }, /end: must not be before start/],
    ['the future', { ...visit, end: '2026-03-04T19:00:00-05:00' }, /end: must not be in the future/],
    ['a time without an offset', { ...visit, start: '2026-03-04T09:00:00' }, /start: must be a point in time/],
    ['a key that is none', { ...visit, minutes: 38 }, /minutes: there is no such key/],
  ])('is refused for %s', (_, input, words) => {
    const { desk, book } = deskOn();
    expect(refusal(() => desk.begin('p', input, nurse))).toMatchObject({
      code: 'bad-request',
      detail: expect.stringMatching(words),
    });
    expect(book.verify().entries).toBe(0);
  });
});

describe('the book of facts', () => {
  it('writes nothing of what stands just so', () => {
    const { book } = deskOn();
    const content = { date: '2026-03-04', jcode: 'J2260', basis: 'claim', supplier: 'Pharmacy' } as const;
    const draft = { patient: 'p', kind: 'drug-claim', id: 'c', content, signature: null, corrects: null } as const;
    const recorder = { by: 'b', at: now, source: 'import' } as const;
    book.record([draft], recorder);
    book.record([draft], { ...recorder, by: 'somebody else' });
    expect(book.verify()).toMatchObject({ entries: 1 });
    expect(book.list('p', 'drug-claim')).toMatchObject([{ recordedBy: 'b', version: 1 }]);
  });

  it('keeps who the patient is unreadable on disk', () => {
    const store = new MemoryStateStore();
    const shift = { seal: (text: string) => Buffer.from(text).toString('base64'), open: atobText };
    const book = new FactBook(store, signer, shift);
    const content = {
      payer: 'medicare',
      memberId: '1EG4TE5MK73',
      from: '2026-01-01',
      to: null,
      lastName: 'Example',
      firstName: 'Pat',
      birthDate: '1950-01-31',
      sex: 'U',
      street: '1 Main St',
      city: 'Albany',
      state: 'NY',
      zip: '12207',
      diagnoses: ['D839'],
    } as const;
    book.record(
      [
        {
          patient: 'p',
          kind: 'coverage',
          id: 'c',
          content: { ...content, diagnoses: ['D839'] },
          signature: null,
          corrects: null,
        },
      ],
      { by: 'b', at: now, source: 'api' },
    );
    expect(book.list('p', 'coverage')).toMatchObject([{ content }]);
    expect(JSON.stringify([store.read('benefit-facts', 0, 9), store.list('benefit-facts-latest')])).not.toMatch(
      /Example|1EG4TE5MK73/,
    );
  });

  it('keeps each of the facts it was given, in whatever order, and the chain whole; SQLite too', () => {
    using dir = new TempDir();
    const store = new SqliteStateStore(dir.file('benefit.db'));
    const { desk, book } = deskOn(store);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('begin', 'correct', 'sign', 'withdraw'), { maxLength: 12 }), (acts) => {
        const { id } = desk.begin('p/1', visit, nurse);
        let version = 1;
        let standing = true;
        for (const act of acts) {
          if (!standing) break;
          if (act === 'correct')
            version = desk.correct('p/1', id, { finding: `${version}` }, { version, reason: 'r' }, nurse).version;
          if (act === 'sign') version = desk.sign('p/1', id, version, nurse).version;
          if (act === 'withdraw') {
            desk.withdraw('p/1', id, { version, reason: 'r' }, nurse);
            standing = false;
          }
        }
        expect(book.get('p/1', 'service', id) !== undefined).toBe(standing);
        expect(book.history('p/1', 'service', id)).toHaveLength(version);
      }),
      { numRuns: 15 },
    );
    expect(book.verify().broken).toBeNull();
    expect(book.list('p', 'service')).toEqual([]);
    store.close();
  });
});

function atobText(sealed: string): string {
  return Buffer.from(sealed, 'base64').toString();
}
