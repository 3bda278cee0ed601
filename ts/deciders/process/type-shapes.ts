import { isPlainRetryPolicy } from '../../retry/index.js'
import { COUNT, NUMBER, oneOf, optional, record, TEXT, TIME } from '../../checks/index.js'
import type { Checks } from '../../checks/index.js'
import type { ActivityType, WorkflowType } from './types.js'

export const WORKFLOW_TYPE: Checks<WorkflowType> = {
  name: TEXT,
  version: TEXT,
  category: TEXT,
  timeout: TIME,
  decisionTimeout: TIME,
  childPolicy: oneOf('abandon', 'terminate', 'request-cancel'),
  retention: optional(TIME),
}

export const ACTIVITY_TYPE: Checks<ActivityType> = {
  name: TEXT,
  category: TEXT,
  priority: NUMBER,
  scheduleToStart: TIME,
  startToClose: TIME,
  scheduleToClose: optional(TIME),
  heartbeat: TIME,
  retry: optional({ expected: 'a retry policy', test: isPlainRetryPolicy }),
  manual: optional(oneOf(true)),
  limits: optional(
    record('limits', () => ({
      atOnce: optional(COUNT),
      perSecond: optional(TIME),
      atOncePerKey: optional(COUNT),
    })),
  ),
}
