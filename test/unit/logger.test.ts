import test from 'ava';
import { errorForLog } from '../../src/server/observe/logger.ts';

test('of an error the log has what it is and where, not the values that a driver attached', (t) => {
  const driver = Object.assign(new Error('gone away'), { code: 'ECONNRESET', sql: "INSERT ('応募花子')" });
  const error = Object.assign(new Error('query failed', { cause: driver }), { parameters: ['応募花子'] });
  const logged = errorForLog(error);
  t.like(logged, {
    type: 'Error',
    message: 'query failed',
    cause: { message: 'gone away', code: 'ECONNRESET' },
  });
  t.truthy(logged.stack);
  t.false(JSON.stringify(logged).includes('応募花子'));
  t.deepEqual(errorForLog('text'), { type: 'string', message: 'text' });
});
