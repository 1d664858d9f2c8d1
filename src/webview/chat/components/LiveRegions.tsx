import { useRef } from 'preact/hooks';
import type { Announcement } from '../announce';
import type { ChatSession } from '../session';

/** What a screen reader is told. The regions exist from the start, since one that arrives with its text is not read. */
export function LiveRegions({ session }: { readonly session: ChatSession }) {
  const announcement = session.announcement.value;
  // The same words again are read again only in a new node.
  const shown = useRef<{ readonly announcement: Announcement | undefined; readonly count: number }>(undefined);
  if (shown.current?.announcement !== announcement) {
    shown.current = { announcement, count: (shown.current?.count ?? 0) + 1 };
  }
  const words = announcement && <span key={shown.current?.count}>{announcement.text}</span>;
  return (
    <>
      <div class="visually-hidden" role="status">
        {announcement?.isAssertive === false && words}
      </div>
      <div class="visually-hidden" role="alert">
        {announcement?.isAssertive === true && words}
      </div>
    </>
  );
}
