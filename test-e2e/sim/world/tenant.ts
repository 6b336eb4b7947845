export const TENANT = 'default';
