/** What a person comes with, as the guide's chapter Troubleshooting names it. */
export const SYMPTOMS = {
  load: 'High database load',
  growth: 'Session table growing rapidly',
  loggedOut: 'Users getting logged out',
  connections: 'Connections running out',
} as const;

export type Symptom = keyof typeof SYMPTOMS;
