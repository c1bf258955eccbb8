// `npm run release-check`: what has to be true of what we build on before a release. Exit code 1 where something is not.
import { spawnSync } from 'node:child_process';
import { packageRoot } from './package-root.js';
import { auditArguments, auditOutcome } from './supply-chain/audit.js';
import { undecidedScripts } from './supply-chain/install-scripts.js';

const run = (command, args) => spawnSync(command, args, { cwd: packageRoot, encoding: 'utf8' });

const problems = [];
const say = (what, problem) => {
  console.log(`${problem ? 'NG' : 'OK'}  ${what}${problem ? `: ${problem}` : ''}`);
  if (problem) problems.push(what);
};

say('no known vulnerability (npm audit)', auditOutcome(run('npm', auditArguments)));

const scripts = undecidedScripts();
say(
  'install scripts',
  scripts.length > 0 && `${scripts.join(', ')} would run one: decide in package.json, allowScripts`,
);

const licences = run(process.execPath, ['bin/licences.js', '--json']);
say('licences', licences.status !== 0 && (licences.stderr?.trim() || 'see npm run licences'));

const tree = run('npm', ['ls', '--all', '--package-lock-only']);
say('package-lock.json fits package.json', tree.status !== 0 && (tree.stderr?.trim() || 'see npm ls --all'));

process.exitCode = problems.length > 0 ? 1 : 0;
