/** Imported before a test of another folder: see IN_MATRIX in test/kit/inMatrix.ts. */
process.env['DSM_TEST_MATRIX'] = 'yes';
