import { sweepAtTheEnd } from './support/sweepTest';

describe('keys that the tests have planted', sweepAtTheEnd);
