import type { RequestStory, RequestUnderWay } from '@spillway/contracts';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../ask/answer.ts';
import { askStory } from '../ask/ask.ts';

export interface OpenStory {
  readonly id: string;
  /** Null until it is here. */
  readonly answer: Answer<RequestStory | RequestUnderWay> | null;
}

const pauseMs = 2_000;

/** The story of that request; null when there is no id. */
export function useStory(id: string | null): OpenStory | null {
  const [story, setStory] = useState<OpenStory | null>(null);
  useEffect(() => (id === null ? undefined : followStory(id, setStory)), [id]);
  return id === null ? null : story?.id === id ? story : { id, answer: null };
}

/** Asks again for as long as the request is under way. */
function followStory(id: string, show: (story: OpenStory) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = true;
  const look = async () => {
    const answer = await askStory(id);
    if (!wanted) return;
    show({ id, answer });
    if (answer.kind === 'answer' && 'under_way' in answer.value) timer = setTimeout(look, pauseMs);
  };
  void look();
  return () => {
    wanted = false;
    clearTimeout(timer);
  };
}
