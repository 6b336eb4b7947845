import { DEFAULT_JIRA, type JiraInstance, jiraInstancesSetting } from '@pao/jira';
import { urlSetting } from '@pao/runtime';
import { z } from 'zod';

/** The Jira sites that `jira-ticket` knows. */
export const jiraSettings = {
  PAO_JIRA_URL: urlSetting().optional().meta({ description: 'Jira site, `https://example.atlassian.net`' }),
  PAO_JIRA_FLAVOR: z
    .enum(['cloud', 'data-center'])
    .default('cloud')
    .meta({ description: '`cloud`, or `data-center` with a personal access token as PAO_JIRA_API_TOKEN' }),
  PAO_JIRA_EMAIL: z.string().min(1).optional().meta({ description: 'Account that creates tickets; Cloud only' }),
  PAO_JIRA_API_TOKEN: z.string().min(1).optional().meta({ description: 'Secret: API token of that account' }),
  PAO_JIRA_INSTANCES: jiraInstancesSetting().meta({
    description:
      'Secret: further sites by the name that documents call them, as JSON: `{"ops":{"url":"…","flavor":"data-center","apiToken":"…"}}`',
  }),
};

type Settings = z.output<z.ZodObject<typeof jiraSettings>>;

export const jiraOf = (settings: Settings, context: z.RefinementCtx): readonly (readonly [string, JiraInstance])[] => {
  const { PAO_JIRA_URL: url, PAO_JIRA_EMAIL: email, PAO_JIRA_API_TOKEN: apiToken, PAO_JIRA_FLAVOR: flavor } = settings;
  const others = Object.entries(settings.PAO_JIRA_INSTANCES);
  if (url === undefined) return others;
  const needed = { ...(flavor === 'cloud' && { PAO_JIRA_EMAIL: email }), PAO_JIRA_API_TOKEN: apiToken };
  const missing = Object.entries(needed).find(([, value]) => value === undefined)?.[0];
  if (missing !== undefined || apiToken === undefined) {
    context.addIssue({ code: 'custom', message: 'is missing, though PAO_JIRA_URL is set', path: [missing ?? '?'] });
    return others;
  }
  return [[DEFAULT_JIRA, { url, flavor, apiToken, ...(email !== undefined && { email }) }], ...others];
};
