import { useEffect, useState } from 'preact/hooks';
import { askHealth } from '../ask/ask.ts';

/** Whether the proxy forwards to its built-in demo backend; asked once a life of it. */
export function useDemo(startedAt: string | undefined): boolean {
  const [demo, setDemo] = useState(false);
  useEffect(() => {
    if (startedAt === undefined) return;
    void askHealth().then((answer) => {
      if (answer.kind === 'answer') setDemo(answer.value.demo);
    });
  }, [startedAt]);
  return demo;
}
