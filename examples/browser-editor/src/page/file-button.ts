import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useRef } from 'preact/hooks'

interface Props {
  readonly label: string
  readonly class?: string
  readonly onFiles: (files: readonly File[]) => void
}

/** A button that opens the file chooser. */
export function FileButton({ label, class: look = 'button', onFiles }: Props): ComponentChild {
  const input = useRef<HTMLInputElement>(null)
  return h(
    'span',
    null,
    h('button', { type: 'button', class: look, onClick: () => input.current?.click() }, label),
    h('input', {
      ref: input,
      type: 'file',
      hidden: true,
      tabIndex: -1,
      'aria-label': label,
      onChange: (event: Event & { readonly currentTarget: HTMLInputElement }) => {
        const files = [...(event.currentTarget.files ?? [])]
        // So that the same file can be chosen again.
        event.currentTarget.value = ''
        onFiles(files)
      },
    }),
  )
}
