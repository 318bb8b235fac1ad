/** For what is imported after this, a test of test/vscode: see THEMES there. */
process.env['DSM_TEST_THEMES'] = 'all';
