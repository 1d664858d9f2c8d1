/** A codicon; its meaning is in the text beside it or in the label of what holds it. */
export function Icon({ name }: { readonly name: string }) {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" />;
}
