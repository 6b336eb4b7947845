/** A GitHub, as it is configured. */
export interface GithubInstance {
  /** As documents call it; `default` for the one they mean when they name none. */
  readonly name: string;
  /** Where people see it: `https://github.com`. */
  readonly webUrl: string;
  readonly apiUrl: string;
  /** Takes fewer inputs, and knows some members of github.com's API not. */
  readonly isEnterprise: boolean;
  readonly token?: string;
  readonly app?: GithubApp;
}

export interface GithubApp {
  readonly id: string;
  /** PEM. */
  readonly privateKey: string;
}

export const DEFAULT_GITHUB = 'default';

/** Where the API of a GitHub is, by where people see it. */
export const apiUrlOf = (webUrl: string): string => {
  const { protocol, host } = new URL(webUrl);
  if (host === 'github.com' || host.endsWith('.ghe.com')) return `${protocol}//api.${host}`;
  return `${webUrl}/api/v3`;
};

export const isEnterpriseServer = (webUrl: string): boolean => apiUrlOf(webUrl).endsWith('/api/v3');
