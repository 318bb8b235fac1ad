/** Whether this is `npm run test:matrix`, which tries more of what `npm test` tries less of because it takes long: test/matrix/all.ts says so. */
export const IN_MATRIX = process.env['DSM_TEST_MATRIX'] === 'yes';
