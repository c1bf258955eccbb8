import type { Interview } from '../models/interview.ts';
import { Tile } from './Tile.tsx';
import styles from './Tiles.module.css';

/** Everyone in the call, oneself last. */
export function Tiles({ interview }: { interview: Interview }) {
  const others = interview.people.inCall.value;
  const count = others.length + 1;
  return (
    <ul class={`${styles.tiles} ${layoutOf(count)}`} data-count={count}>
      {others.map((peer) => {
        const media = interview.remote.value.get(peer.id);
        return <Tile key={peer.id} {...peer} video={media?.video ?? null} audio={media?.audio ?? null} />;
      })}
      <Self interview={interview} key="self" />
    </ul>
  );
}

function Self({ interview: { name, devices, sending } }: { interview: Interview }) {
  return <Tile own name={name.value.trim()} video={devices.camera.value} {...sending.value} />;
}

function layoutOf(count: number): string | undefined {
  if (count === 1) return styles.alone;
  return count === 2 ? styles.pair : styles.many;
}
