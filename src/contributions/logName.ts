/** Of a log: a file, with * for any part of its last name, or a program with its arguments that prints it. */
export type LogName = string | readonly string[];
