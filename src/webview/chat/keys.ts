/** While an input method is composing, Enter and Escape belong to it. Some report that by the key code only. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
