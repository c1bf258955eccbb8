/** What somebody may have meant by a column that is not known. */
import test from 'ava';
import { similar } from '../../src/cli/input/similar.ts';

const known = ['name', 'from', 'until', 'duration', 'applicant', 'email', 'note'];

test('a slip of the keyboard, a plural and a longer word lead to the known one', (t) => {
  const meant = {
    naem: 'name',
    emial: 'email',
    applicants: 'applicant',
    mail: 'email',
    'e-mail': 'email',
    untill: 'until',
  };
  for (const [text, word] of Object.entries(meant)) t.is(similar(text, known), word, text);
});

test('what is like nothing is not guessed', (t) => {
  for (const text of ['x', 'zz', '氏名', 'telephone']) t.is(similar(text, known), null, text);
});
