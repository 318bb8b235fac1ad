/** More than three times what npm test tries. */
process.env['MUTATIONS'] ??= '10000';
await import('../unit/django/rollback/mutations.test.ts');
