import type { CreateContender } from '../../workloads/contender';
import { createBottleneck } from './bottleneck';
import { createGlobalPause } from './globalPause';
import { createLlmThrottle } from './llmThrottle';
import { createPLimit } from './pLimit';
import { createPQueue } from './pQueue';
import { createSdkAlone } from './sdkAlone';
import type { ContenderName } from './names';
import { createBuiltSluice } from './sluice';

export const creators: Readonly<Record<ContenderName, CreateContender>> = {
  sluice: createBuiltSluice,
  sdk: createSdkAlone,
  'p-limit': createPLimit,
  'p-queue': createPQueue,
  bottleneck: createBottleneck,
  'global-pause': createGlobalPause,
  'llm-throttle': createLlmThrottle,
};
