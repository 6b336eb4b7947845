/** Who calls. */
export interface Principal {
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly roles: readonly string[];
  readonly tenant: string;
}
