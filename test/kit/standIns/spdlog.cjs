/**
 * Takes the place of @vscode/spdlog in code-server's VS Code, whose native part would have to be compiled: without it no
 * log file is written, and an output channel for logs stays empty. Writes at once, so that a test reads what was logged.
 */
const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  constructor(type, name, file) {
    this.file = file;
    this.level = 0;
    this.plain = false;
  }
  #write(level, message) {
    if (level < this.level || this.file === undefined) return;
    // As "%Y-%m-%d %H:%M:%S.%e [%l] %v" and a line end; without formatters the text brings its own line ends.
    const at = new Date();
    const time = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().replace('T', ' ').slice(0, 23);
    fs.appendFileSync(this.file, this.plain ? message : `${time} [${LEVELS[level]}] ${message}\n`);
  }
  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {
    this.plain = false;
  }
  clearFormatters() {
    this.plain = true;
  }
  flush() {}
  drop() {
    this.file = undefined;
  }
}

async function createLogger(name, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}

exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
