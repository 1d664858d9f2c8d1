/** Bottleneck without Redis: a third of the size. It ships no types of its own; its surface is that of the full build. */
declare module 'bottleneck/light' {
  import Bottleneck from 'bottleneck';
  export default Bottleneck;
}
