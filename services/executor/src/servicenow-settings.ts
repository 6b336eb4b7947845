import { serviceNowInstancesSetting } from '@pao/outgoing';

/** The variables of the `servicenow-request` action. */
export const serviceNowSettings = {
  PAO_SERVICENOW_INSTANCES: serviceNowInstancesSetting().meta({
    description:
      'Secret: ServiceNow instances by the name that documents call them, as JSON: `{"main":{"url","user","password"}}` or `{"url","token"}`',
  }),
};
