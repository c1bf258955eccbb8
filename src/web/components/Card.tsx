import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import styles from './Card.module.css';
import { Heading } from './Heading.tsx';
import { Icon } from './Icon.tsx';

type CardProps = { icon?: IconNode; title: string; body: string; children?: ComponentChildren };

/** What fills a page on which nothing else is to be done. */
export function Card({ icon, title, body, children }: CardProps) {
  return (
    <div class={styles.card}>
      {icon && <Icon node={icon} size={48} />}
      <Heading>{title}</Heading>
      <p>{body}</p>
      {children}
    </div>
  );
}
