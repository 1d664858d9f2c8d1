/**
 * The three kinds of message between the host and a webview, declared once and typed on both sides.
 *
 * - command: webview → host, no answer
 * - request: webview → host, answered once with a result
 * - notification: host → webview
 *
 * The host posts nothing before the webview's `ready` command.
 */

/** A map from message name to payload; `undefined` where a message carries nothing. */
export type MessageMap = Readonly<Record<string, unknown>>;

export type MessageOf<Map extends MessageMap> = {
  [Name in keyof Map & string]: { readonly type: Name; readonly payload: Map[Name] };
}[keyof Map & string];

/** One handler for every message: leaving one out does not compile. */
export type HandlersOf<Map extends MessageMap> = {
  readonly [Name in keyof Map & string]: (payload: Map[Name]) => void | Promise<void>;
};

export function dispatch<Map extends MessageMap>(
  handlers: HandlersOf<Map>,
  message: MessageOf<Map>,
): void | Promise<void> {
  return handlers[message.type](message.payload);
}
