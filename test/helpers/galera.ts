/** Three nodes of a Galera cluster on addresses of the loopback, from Debian's galera-4. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, makeSystemTables, startDaemon } from './mariadb.ts';
import { takePort } from './ports.ts';
import { writeProgram } from './programs.ts';
import { until } from './until.ts';

const PROVIDER = '/usr/lib/galera/libgalera_smm.so';
const NODES = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];

type Nodes = [Daemon, Daemon, Daemon];

export type Galera = {
  nodes: Nodes;
  /** The address and the port by which a node and the others hear each other. */
  groupAddress(node: number): [address: string, port: number];
  /** Resolves when all of them belong to the cluster and take writes. */
  untilTogether(): Promise<void>;
  /** An empty database, by all nodes' addresses. */
  url: string;
  stop(): Promise<void>;
};

/**
 * What a node runs to fetch the whole state from another. All begin with the same data and say so (grastate.dat), so
 * the one only says up to where, and Galera itself sends what was written since (IST); rsync would need more programs.
 */
const SAME = `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in --role) role=$2 ;; --address) address=$2 ;; --gtid) gtid=$2 ;; esac
  shift
done
file=$(dirname "$0")/state-of-\${address%%:*}
if [ "$role" = donor ]; then
  echo "$gtid" > "$file.part" && mv "$file.part" "$file" && echo "done $gtid"
else
  echo "ready $address:1"
  until [ -f "$file" ]; do sleep 0.05; done
  cat "$file"
fi
`;

/** Starts the cluster. Call `stop` in `test.after.always`. */
export async function startGalera(): Promise<Galera> {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-galera-'));
  writeProgram(join(folder, 'wsrep_sst_same'), SAME);
  const [port, groupPort] = [takePort(), takePort()];
  const start = (i: number) => {
    const address = NODES[i] as string;
    const options = clusterOptions(address, groupPort, { isFirst: i === 0 });
    return startDaemon({ folder: join(folder, String(i)), port, address, options, path: folder });
  };
  await mkdir(join(folder, '0'));
  await makeSystemTables(join(folder, '0'));
  const alone = await start(0);
  await alone.query(
    "CREATE USER 'interview'@'%' IDENTIFIED BY 'secret'; CREATE DATABASE interviews; GRANT ALL ON interviews.* TO 'interview'@'%'",
  );
  await alone.halt('SIGTERM');
  for (const i of [1, 2]) await cp(join(folder, '0'), join(folder, String(i)), { recursive: true });
  const nodes: Nodes = [await start(0), await start(1), await start(2)];
  const untilTogether = () => untilAllSynced(nodes);
  await untilTogether();
  return {
    nodes,
    untilTogether,
    groupAddress: (node) => [NODES[node] as string, groupPort],
    url: `mysql://interview:secret@${NODES.join(',')}:${port}/interviews`,
    async stop() {
      await Promise.all(nodes.map((each) => each.halt('SIGKILL')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function clusterOptions(address: string, groupPort: number, { isFirst }: { isFirst: boolean }): string[] {
  const provider = {
    'gmcast.listen_addr': `tcp://${address}:${groupPort}`,
    'ist.recv_addr': `${address}:${groupPort + 1}`,
    'gcache.size': '16M',
  };
  return [
    '--wsrep-on=ON',
    `--wsrep-provider=${PROVIDER}`,
    '--wsrep-sst-method=same',
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    `--wsrep-cluster-address=gcomm://${NODES.map((node) => `${node}:${groupPort}`).join(',')}`,
    `--wsrep-node-address=${address}`,
    `--wsrep-node-name=${address}`,
    `--wsrep-provider-options=${Object.entries(provider)
      .map(([key, value]) => `${key}=${value}`)
      .join(';')}`,
    ...(isFirst ? ['--wsrep-new-cluster'] : []),
  ];
}

type Status = { Variable_name: string; Value: string }[];

/** Asks all at the same time: one that was away believes for a while that nothing has changed. */
async function untilAllSynced(nodes: Nodes): Promise<void> {
  const areSynced = async () => {
    const answers = await Promise.all(nodes.map((node) => node.query("SHOW STATUS LIKE 'wsrep_%'")));
    return (answers as Status[]).every(isSynced);
  };
  await until('all nodes belong to the cluster', areSynced, { withinMs: 120_000 });
}

function isSynced(status: Status): boolean {
  const of = (name: string) => status.find((row) => row.Variable_name === name)?.Value;
  return of('wsrep_cluster_size') === String(NODES.length) && of('wsrep_ready') === 'ON';
}
