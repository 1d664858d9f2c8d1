import { Component } from 'preact';
import type { ComponentType, FunctionComponent } from 'preact';

/** A component that renders again only when one of its properties is another object or value. */
export function memo<Props extends object>(Inner: FunctionComponent<Props>): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !hasSameFields(this.props, next);
    }

    override render() {
      return <Inner {...this.props} />;
    }
  };
}

function hasSameFields(a: object, b: object): boolean {
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length && entries.every(([key, value]) => Object.is(value, Reflect.get(b, key)))
  );
}
