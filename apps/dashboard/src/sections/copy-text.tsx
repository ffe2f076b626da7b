import { useRef, useState } from 'preact/hooks';

interface CopyTextProps {
  readonly label: string;
  readonly text: string;
  readonly note?: string;
}

/** A line to paste elsewhere. Browsers copy only over https or from localhost; elsewhere it is selected. */
export function CopyText({ label, text, note }: CopyTextProps) {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    setSaid((await copied(text, code.current as HTMLElement)) ? 'Copied' : 'Selected');
    setTimeout(() => setSaid(''), 2_000);
  };
  return (
    <div class="copy-text">
      <code ref={code}>{text}</code>
      <button type="button" onClick={copy} aria-label={label}>
        {said === '' ? 'Copy' : said}
      </button>
      <span class="unseen" role="status">
        {said}
      </span>
      {note !== undefined && <p class="note">{note}</p>}
    </div>
  );
}

async function copied(text: string, element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
