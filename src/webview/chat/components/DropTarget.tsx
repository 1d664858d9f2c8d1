import { useEffect, useState } from 'preact/hooks';
import { carriesUris, urisOf } from '../dropped';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Icon } from './Icon';

/** `dragover` comes every 50 ms or so while something is held over the page; after this long without, it has left. */
const dragRestMs = 250;

/** Takes files that are dropped anywhere on the chat, and shows that it would. */
export function DropTarget({ session }: { readonly session: ChatSession }) {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onDragOver = (event: DragEvent) => {
      if (event.dataTransfer === null || !carriesUris(event.dataTransfer.types)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setIsOver(true);
      clearTimeout(timer);
      timer = setTimeout(() => setIsOver(false), dragRestMs);
    };
    const onDrop = (event: DragEvent) => {
      const { dataTransfer } = event;
      if (dataTransfer === null || !carriesUris(dataTransfer.types)) return;
      event.preventDefault();
      clearTimeout(timer);
      setIsOver(false);
      const uris = urisOf((type) => dataTransfer.getData(type));
      if (uris.length > 0) session.post({ type: 'attachUris', payload: { uris } });
    };
    document.addEventListener('dragenter', onDragOver);
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('drop', onDrop);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('dragenter', onDragOver);
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('drop', onDrop);
    };
  }, [session]);
  if (!isOver) return null;
  return (
    <div class="drop-target">
      <p>
        <Icon name="attach" />
        {strings.dropHere}
      </p>
    </div>
  );
}
