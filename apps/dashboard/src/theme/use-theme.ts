import { useEffect, useState } from 'preact/hooks';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'spillway-theme';

/** The choice of whoever looks, kept in this browser; `auto` follows the system. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(readTheme);
  useEffect(() => {
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A browser that keeps nothing still shows what was chosen.
    }
    // Plots are painted, not styled: they have to be painted again.
    dispatchEvent(new Event(themeChanged));
  }, [theme]);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => dispatchEvent(new Event(themeChanged));
    system.addEventListener('change', changed);
    return () => system.removeEventListener('change', changed);
  }, []);
  return [theme, setTheme];
}

/** Sent to the window when colours are other ones than before. */
export const themeChanged = 'spillway-theme-changed';

function readTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
