import { SendHorizontal, X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import type { ChatMessage } from '../../protocol/messages.ts';
import { words } from '../i18n/language.ts';
import { isHandheld } from '../media/support.ts';
import { type ChatModel, characters, type OutgoingMessage } from '../models/chat.ts';
import { Button } from './Button.tsx';
import styles from './Chat.module.css';
import { Icon } from './Icon.tsx';

/** 「チャット」: what was said, oldest first, and a field to write. */
export function Chat({ chat }: { chat: ChatModel }) {
  const text = words.value.chat;
  return (
    <section
      class={styles.panel}
      aria-label={text.title}
      onKeyDown={({ key }) => {
        if (key === 'Escape') chat.toggle();
      }}
    >
      <div class={styles.head}>
        <h2>{text.title}</h2>
        <button type="button" class={styles.close} aria-label={words.value.close} onClick={chat.toggle}>
          <Icon node={X} />
        </button>
      </div>
      <History chat={chat} />
      <WriteForm chat={chat} />
    </section>
  );
}

function History({ chat }: { chat: ChatModel }) {
  const list = useRef<HTMLDivElement>(null);
  const messages = chat.messages.value;
  const outgoing = chat.outgoing.value;
  const count = messages.length + outgoing.length;
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return (
    // It scrolls, so it can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs it (WCAG 2.1.1)
    <div ref={list} class={styles.history} role="log" aria-label={words.value.chat.title} tabIndex={0}>
      {count === 0 && <p class={styles.empty}>{words.value.chat.empty}</p>}
      {messages.map((message) => (
        <Message key={message.id} message={message} own={message.peerId === chat.selfId.value} />
      ))}
      {outgoing.map((message) => (
        <Outgoing key={message.clientId} message={message} onResend={() => void chat.resend(message)} />
      ))}
    </div>
  );
}

function Message({ message: { name, at, text }, own }: { message: ChatMessage; own: boolean }) {
  return (
    <div class={`${styles.message} ${own ? styles.own : ''}`}>
      <span class={styles.by}>
        {own ? words.value.chat.self : name} <time dateTime={at}>{words.value.time(at)}</time>
      </span>
      <p class={styles.text}>{text}</p>
    </div>
  );
}

function Outgoing({
  message: { text, failed },
  onResend,
}: {
  message: OutgoingMessage;
  onResend: () => void;
}) {
  const { chat } = words.value;
  return (
    <div class={`${styles.message} ${styles.own} ${styles.pending}`}>
      <p class={styles.text}>{text}</p>
      {failed ? (
        <span class={styles.failed} role="alert">
          {chat.failed}
          <Button kind="text" onClick={onResend}>
            {chat.resend}
          </Button>
        </span>
      ) : (
        <span class={styles.by}>{chat.sending}</span>
      )}
    </div>
  );
}

function WriteForm({ chat }: { chat: ChatModel }) {
  const text = words.value.chat;
  const { draft } = chat;
  const field = useRef<HTMLTextAreaElement>(null);
  const length = characters(draft.value);
  const over = length > limits.chatCharacters;
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    chat.write();
    field.current?.focus();
  };
  return (
    <form
      class={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        class={styles.input}
        aria-label={text.message}
        aria-describedby="chat-length"
        aria-invalid={over}
        placeholder={text.message}
        value={draft.value}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <span id="chat-length" class={`${styles.below} ${over ? styles.over : ''}`}>
        {over
          ? text.tooLong(limits.chatCharacters)
          : `${text.remaining(length, limits.chatCharacters)}${isHandheld() ? '' : `　${text.hint}`}`}
      </span>
      <Button type="submit" disabled={draft.value.trim() === '' || over}>
        <Icon node={SendHorizontal} size={20} />
        {text.send}
      </Button>
    </form>
  );
}
