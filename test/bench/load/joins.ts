import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { connect } from '../../helpers/client.ts';
import type { TestRoom } from '../../helpers/server.ts';
import type { Figure } from '../figures.ts';
import { startLoaded } from './server.ts';

const PEOPLE = 200;
const WITHIN_MS = 1000;
const RUNS = 5;
/** As many as come by one link at most. */
const PER_ROOM = 20;

/** 200 people in one second: each opens a socket, joins, and asks to be let in. */
export async function joins(t: ExecutionContext): Promise<Figure[]> {
  const server = await startLoaded(t);
  const runs = { own: [] as number[][], hall: [] as number[][] };
  for (let run = 0; run < RUNS; run++) {
    runs.own.push(await oneSecond(t, server, await server.rooms(PEOPLE)));
    runs.hall.push(await oneSecond(t, server, await server.rooms(PEOPLE / PER_ROOM, PER_ROOM)));
  }
  const slowest = (what: string, times: number[][]) => ({
    what: `${PEOPLE} people in one second, ${what}: the slowest, from opening its socket until its request stands`,
    unit: 'ms',
    values: times.map((each) => Math.max(...each)),
    goal: 'at most 1000 ms',
    limit: 1000,
  });
  const usual = (what: string, times: number[][]) => ({
    what: `The same, ${what}: nine of ten within`,
    unit: 'ms',
    values: times.map((each) => quantile(each, 0.9)),
    goal: '',
  });
  return [
    slowest('a room each', runs.own),
    usual('a room each', runs.own),
    slowest(`${PER_ROOM} to a room`, runs.hall),
    usual(`${PER_ROOM} to a room`, runs.hall),
  ];
}

/** @returns how long each took, in milliseconds */
async function oneSecond(t: ExecutionContext, server: { url: string }, rooms: TestRoom[]): Promise<number[]> {
  const started = performance.now();
  const coming = Array.from({ length: PEOPLE }, async (_, i) => {
    // Whether the one before has been answered or not.
    await delay((i * WITHIN_MS) / PEOPLE);
    const began = Math.max(started + (i * WITHIN_MS) / PEOPLE, 0);
    const { tokens } = rooms[i % rooms.length] as TestRoom;
    const client = await connect(t, server, { token: tokens.applicant });
    await client.request('join', { keepMedia: false });
    await client.request('requestAdmission', { name: '応募花子' });
    return { client, took: performance.now() - began };
  });
  const people = await Promise.all(coming);
  for (const { client } of people) {
    void client.request('leave', {});
    await client.closed;
  }
  return people.map(({ took }) => took);
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] as number;
}
