import { CircleAlert, Info, TriangleAlert } from 'lucide';
import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.tsx';
import styles from './Notice.module.css';

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info };

type NoticeProps = {
  kind: keyof typeof icons;
  title?: string;
  /** What it stands in is read out already. */
  inLiveRegion?: boolean;
  children?: ComponentChildren;
};

/** Something that the person should know; read out when it appears. */
export function Notice({ kind, title, inLiveRegion, children }: NoticeProps) {
  const role = kind === 'error' ? 'alert' : 'status';
  return (
    <div class={`${styles.notice} ${styles[kind]}`} role={inLiveRegion ? undefined : role}>
      <Icon node={icons[kind]} />
      <div class={styles.body}>
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}
