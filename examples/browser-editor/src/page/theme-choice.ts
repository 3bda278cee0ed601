import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import { savedTheme, saveTheme } from './theme.js'
import type { Theme } from './theme.js'

const THEMES: readonly { readonly theme: Theme; readonly label: string }[] = [
  { theme: 'system', label: 'Auto' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
]

export function ThemeChoice(): ComponentChild {
  const [chosen, setChosen] = useState(savedTheme)
  return h(
    'fieldset',
    { class: 'segments theme' },
    h('legend', { class: 'hidden' }, 'Theme'),
    THEMES.map(({ theme, label }) =>
      h(
        'label',
        { key: theme },
        h('input', {
          type: 'radio',
          name: 'theme',
          checked: theme === chosen,
          onChange: () => {
            saveTheme(theme)
            setChosen(theme)
          },
        }),
        h('span', null, label),
      ),
    ),
  )
}
