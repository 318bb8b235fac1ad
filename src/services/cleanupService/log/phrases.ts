import { CLEAR, CLEARED, CLEARING, JOB, SESSIONS } from './words.ts';

/**
 * What a line of the log of such a service means: 'start' and 'done' of a run; 'skipped': it says that there was none; 'failed': it says
 * so itself; 'error': a program below it says so; 'service': the service itself has begun; 'nothing': words that look
 * like one of these and are none.
 */
export type Meaning = 'start' | 'done' | 'skipped' | 'failed' | 'error' | 'service' | 'nothing';

/** One family of phrases. Its groups: `who` (a task, unit or job that may be another's), `at`, `deleted`, `failed` (the words for a person). */
export interface Phrase {
  readonly means: Meaning;
  readonly when: RegExp;
  /** Counts only within a run, for its words alone say too little. */
  readonly within?: true;
  /** Old systemd says "Started" where a oneshot unit has ended. */
  readonly orEnd?: true;
}

const N = String.raw`\d[\d.,'\u00a0\u202f]*`;
const phrase = (means: Meaning, ...patterns: readonly string[]): Phrase[] =>
  patterns.map((pattern) => ({ means, when: new RegExp(pattern, 'iu') }));
/** Case counts. */
const exactly = (means: Meaning, when: RegExp): Phrase => ({ means, when });

/** Schedulers and what runs tasks: each row is one sentence of theirs, with the name of the task. */
const SCHEDULERS: readonly Phrase[] = [
  // Celery
  exactly(
    'nothing',
    /Task (?<who>[\w.-]{1,120})\[[\w-]+\] succeeded in [\d.e-]+s?: .*(?:skipped|already running|lock)/u,
  ),
  exactly(
    'failed',
    /Task (?<who>[\w.-]{1,120})\[[\w-]+\] succeeded in [\d.e-]+s?: (?<failed>.*(?:'status': '(?:error|fail)|'(?:success|ok)': False|[Ee]rror:|[Ff]ailed).*)/u,
  ),
  exactly('failed', /Task (?<who>[\w.-]{1,120})\[[\w-]+\] (?:raised unexpected|retry|INTERNAL ERROR): (?<failed>.*)/u),
  exactly('failed', /(?<failed>(?:Hard|Soft) time limit \([\d.]+s\) exceeded) for (?<who>[\w.-]{1,120})\[/u),
  exactly('failed', /(?<failed>Received unregistered task of type '(?<who>[\w.-]{1,120})')/u),
  exactly(
    'skipped',
    /(?:Discarding revoked task|Task) (?:revoked)?:? ?(?<who>[\w.-]{1,120})\[[\w-]+\](?: (?:ignored|revoked))?$/u,
  ),
  exactly('done', /Task (?<who>[\w.-]{1,120})\[[\w-]+\] succeeded in /u),
  exactly('start', /Task (?<who>[\w.-]{1,120})\[[\w-]+\] received/u),
  exactly('start', /Scheduler: Sending due task (?<who>[\w .-]+\([\w.-]*\))/u),
  // APScheduler
  exactly('done', /Job "(?<who>[^"]+)" executed successfully/u),
  exactly('failed', /Job "(?<who>[^"]+)" raised an exception/u),
  exactly('skipped', /(?:Run time of job|Execution of job) "(?<who>[^"]+)" (?:was missed|skipped)/u),
  exactly('start', /Running job "(?<who>[^"]+)"(?: \(scheduled at (?<at>[^)]+)\))?/u),
  // huey, django-q, dramatiq, RQ, schedule
  exactly('done', /(?<who>[\w.]{1,120}): [0-9a-f-]{36}.* executed in [\d.]+s/u),
  exactly('start', /Enqueueing periodic task (?<who>[\w.]{1,120}): [0-9a-f-]{36}/u),
  exactly('start', /Executing (?<who>[\w.]{1,120}): [0-9a-f-]{36}/u),
  exactly('failed', /Unhandled exception in task /u),
  exactly('start', /\[Q\] .*processing \[?(?<who>[^\]]+)/u),
  exactly('done', /\[Q\] .*Processed \[(?<who>[^\]]+)/u),
  exactly('failed', /\[Q\] .*Failed \[(?<who>[^\]]+)\](?: - (?<failed>.*))?/u),
  exactly('failed', /(?<failed>Failed to process message (?<who>[\w.]{1,120})\(.*)/u),
  exactly('start', /Received message (?<who>[\w.]{1,120})\(/u),
  exactly('done', /^(?:.*\] )?Completed after [\d.]+m?s/u),
  exactly('done', /Successfully completed (?<who>[\w.]{1,120})\(.*\) job in /u),
  exactly('start', /Running job Job\(.*\bdo=(?<who>\w+)/u),
  // supercronic, ofelia
  exactly('skipped', /msg="?not starting: job is still running.*job\.command="(?<who>[^"]+)/u),
  exactly('failed', /msg="(?<failed>error running command: [^"]*)".*job\.command="(?<who>[^"]+)/u),
  exactly('done', /msg="job succeeded".*job\.command="(?<who>[^"]+)/u),
  exactly('start', /msg="?starting"? .*job\.command="(?<who>[^"]+)/u),
  exactly('skipped', /\[Job "(?<who>[^"]+)" \(\w+\)\] Finished in .*skipped: true/u),
  exactly('failed', /\[Job "(?<who>[^"]+)" \(\w+\)\] Finished in .*failed: true(?:.*error: (?<failed>.*))?/u),
  exactly('done', /\[Job "(?<who>[^"]+)" \(\w+\)\] Finished in /u),
  exactly('start', /\[Job "(?<who>[^"]+)" \(\w+\)\] Started/u),
  // cron and its mail, django-crontab, django-extensions
  exactly('failed', /CRON\[\d+\]: .*(?<failed>failed with exit status [1-9]\d*)/u),
  exactly('start', /(?:CRON\[\d+\]: \(\S+\) CMD \(|crond(?:\[\d+\])?: .*\bcmd )(?<who>.*)/u),
  exactly('start', /^Subject: .*Cron <[^>]*> (?<who>.*)/u),
  exactly('failed', /Failed to complete cronjob at (?<who>.*)/u),
  exactly('skipped', /Tried to start cron job (?<who>.*) that is already running/u),
  exactly('failed', /ERROR OCCURED IN JOB: (?<who>\S+)/u),
  exactly('start', /Executing \w+ job: (?<who>\S+)/u),
  // systemd
  exactly('service', /systemd\[\d+\]: (?:Started|Stopped) .*(?:\btimer\b|Timer\b)/u),
  exactly('failed', /systemd\[\d+\]: (?<failed>Failed to start (?<who>.+))/u),
  exactly(
    'failed',
    /systemd\[\d+\]: (?<who>\S+\.service): (?<failed>Main process exited, .*status=(?!0\b)\S+|Failed with result.*|Control process exited.*status=(?!0\b)\S+)/u,
  ),
  exactly('done', /systemd\[\d+\]: (?<who>\S+\.service): (?:Succeeded|Deactivated successfully)/u),
  exactly('done', /systemd\[\d+\]: Finished (?<who>.+)/u),
  exactly('start', /systemd\[\d+\]: Starting (?<who>.+)/u),
  { means: 'start', orEnd: true, when: /systemd\[\d+\]: Started (?<who>.+)/u },
  // Kubernetes
  exactly(
    'skipped',
    /(?:JobAlreadyActive|Not starting job because prior execution is running|MissSchedule|TooManyMissedTimes|Missed scheduled time to start a job)(?:\s+cronjob[./](?<who>[\w.-]{1,120}))?/u,
  ),
  exactly(
    'failed',
    /(?<failed>BackoffLimitExceeded|DeadlineExceeded|ImagePullBackOff|ErrImagePull|CrashLoopBackOff|OOMKilled|CreateContainerConfigError)(?:\s+(?:job|pod)[./](?<who>[\w.-]{1,120}))?/u,
  ),
  exactly('failed', /Saw completed job: (?<who>[\w.-]{1,120}), (?<failed>(?:status|condition): Failed)/u),
  exactly('done', /Saw completed job: (?<who>[\w.-]{1,120}), (?:status|condition): Complete/u),
  exactly('start', /Created job (?<who>[\w.-]{1,120})/u),
  exactly('start', /SuccessfulCreate\s.*Created pod: (?<who>[\w.-]{1,120})/u),
  exactly('done', /\bCompleted\s.*(?:job|cronjob)[./](?<who>[\w.-]{1,120})\s+Job completed/u),
  exactly('failed', /^(?<who>[\w.-]{1,120})\s+(?<failed>Failed)\s+\d+\/\d+\s/u),
  exactly('failed', /^(?<who>[\w.-]{1,120})\s+\d+\/\d+\s+(?<failed>Error|Init:Error|ContainerCannotRun|Evicted)\s/u),
  exactly('failed', /(?<failed>Back-off restarting failed container)/u),
  exactly('done', /^(?<who>[\w.-]{1,120})\s+\d+\/\d+\s+Completed\s/u),
  exactly('done', /^(?<who>[\w.-]{1,120})\s+(?:Complete\s+)?([1-9]\d*)\/\2\s+\d/u),
  // Heroku and Compose
  exactly('start', /heroku\[scheduler\.\d+\]: Starting process with command `(?<who>[^`]+)/u),
  exactly('failed', /heroku\[.*(?<failed>exited with status [1-9]\d*)/u),
  exactly('failed', /(?<who>[\w.-]{1,120}) (?<failed>exited with (?:code|status) [1-9]\d*)/u),
];

/** Words that people write themselves. */
const OWN_WORDS: readonly Phrase[] = [
  ...phrase('skipped', String.raw`\bdry[ -]?run\b|\bwould (?:be |have )?(?:${CLEAR}|${CLEARED})`),
  ...phrase(
    'skipped',
    String.raw`\balready (?:ran|run|been run|done|executed|performed|running|in progress)\b`,
    String.raw`\b(?:lock|mutex|pid ?file)\b(?! timeout| on )[\w ]{0,25}\b(?:held|taken|exists?|locked|busy|not acquired|in use|by another)\b`,
    String.raw`\b(?:could ?n[o']t|could not|failed to|unable to|can(?:no|')t|did not) (?:acquire|get|take)[\w ]{0,20} lock\b`,
    String.raw`\b(?:another|previous|prior)[\w ]{0,25} (?:is )?(?:still )?(?:running|in progress)\b`,
    String.raw`\bskip(?:ping|ped|s)?\b.*\b(?:run|today|sessions?|clean|clearsessions|purge)|\b(?:run|today|sessions?|clean[\w-]*|clearsessions|purge)\b.*\bskip(?:ping|ped)?\b`,
    String.raw`\b${JOB} (?:is |was )?(?:disabled|not (?:needed|due|required|necessary|enabled|scheduled))\b`,
  ),
  ...phrase(
    'failed',
    String.raw`\b${JOB}(?: \w+){0,3}? (?:failed|fails|errored|aborted|crashed|timed out|unsuccessful|(?:did|was|has|could)(?: not|n['’]t) [\w ]{0,12}(?:complete|completed|finish|finished|succeed|successful|run))\b`,
    String.raw`\b(?:failed|unable|fail|could ?not|couldn['’]t|cannot|can['’]t|failure|error)(?: to)?(?: \w+){0,2}? (?:${CLEAR}|${CLEARING}|running|run)\b.*(?:sessions?|clean[ -]?up)`,
    String.raw`\b(?:error|exception|failure|problem|timeout|timed out)s?\b[\w ,]{0,12}\b(?:while|during|when|in|of|running|with|from)\b[\w ]{0,20}${JOB}`,
    String.raw`\b${JOB}[^,.]{0,12}\b(?:error|exception|failure)\b|\b${JOB}\b.{0,30}\b(?:encountered|raised|hit|threw|got)\b.{0,20}(?:error|exception)`,
    String.raw`\b${CLEARING} ${SESSIONS}\W{1,8}(?:failed|failure|error)\b|[✗✖✘❌]\s*(?:\w+ )?(?:${JOB}|${SESSIONS})`,
    String.raw`\b(?:completed|finished|done|ended)\b.{0,20} with (?:[1-9]\d* |some |an? )?(?:errors?|failures?|exceptions?)\b`,
    String.raw`\b(?:exit(?:ed|s)?|returned|ended|quit)\b(?: with)?(?: a)?(?: non-?zero)?(?: exit)?(?: (?:code|status))+[ :=]+[1-9]\d*`,
    String.raw`\b(?:exit|return) ?code[ :=]+[1-9]\d*|\bwith (?:exit )?(?:status|code) [1-9]\d*|\brc=[1-9]\d*`,
    String.raw`\b[1-9]\d* (?:errors?|failures?|failed)\b|\b(?:failed|errors)[=:] ?[1-9]\d*`,
  ),
  exactly('nothing', /^\+ (?:echo|printf)\b/u),
  ...phrase(
    'done',
    String.raw`\b(?<none>no|zero) (?:${SESSIONS})(?: (?:to|were|was|found|need|that))?|\bnothing to (?:${CLEAR}|do)\b`,
  ),
  ...phrase(
    'nothing',
    String.raw`\b(?:to be|will be|will|about to|going to|should|must|sessions? to)(?: be)? (?:${CLEAR}|${CLEARED})\b|\b(?:found|there are|counting)\s+(?:\d|expired|old|stale)[^.;]*$`,
  ),
  ...phrase(
    'done',
    String.raw`\b${CLEARED}(?:[\s_](?:count|sessions?))?['"]?[\s:=]+(?<deleted>${N})(?=\s*(?:${SESSIONS}|rows?|records?|entries|objects?|in total|total)\b|\s*(?:$|[;)}\]"'(]|[.,](?:\s|$)))`,
    String.raw`\b${CLEARED}\b[^\d]{0,40}?(?<deleted>${N})(?: of \d+)?\s+${SESSIONS}`,
    String.raw`(?:session|clean)[^\n\d]{0,40}?\b(?<deleted>${N})\s+(?:(?:rows?|records?|were|have been|has been)\s+)*${CLEARED}\b`,
    String.raw`\b(?<deleted>${N})\s+(?:rows?|records?)\s+(?:(?:were|have been)\s+)?${CLEARED}\b.{0,20}session`,
    String.raw`(?<deleted>${N})\s+${SESSIONS}[\w ]{0,20}?\b${CLEARED}\b`,
    String.raw`\bsessions?[\s_]${CLEARED}(?: \w+)?[\s:=]+(?<deleted>${N})`,
    String.raw`\bDELETE (?<deleted>\d+)$`,
    String.raw`\((?<deleted>\d+), \{(?:'[\w.]*[Ss]ession'.*)?\}\)`,
  ),
  ...phrase(
    'done',
    String.raw`\b${JOB}(?:[:\s]+\w+){0,2}?[:\s]+(?:complete[d]?|finished|done|succeeded|success|successful(?:ly)?|ok|ended)\b`,
    String.raw`\b${CLEARING} ${SESSIONS}\W{1,8}(?:done|ok|success|finished|completed?)\b`,
    String.raw`\b${SESSIONS}\s+(?:(?:were|was|have been|has been|are|now|successfully|all)\s+)*${CLEARED}\b`,
    String.raw`\b${CLEARED}\s+(?:\w+\s+)?${SESSIONS}`,
    String.raw`\b(?:finished|completed|done|succeeded|successfully ran)(?: running| with| the)?[:\s]+${JOB}`,
  ),
  ...phrase(
    'service',
    String.raw`\b(?:service|daemon|worker|scheduler|container|loop|cron)\b[\w ]{0,12} (?:started|starting|is up|running|ready)\b|\bstart(?:ed|ing)\b[\w -]{0,30} (?:service|daemon|worker|scheduler|loop|cron)\b`,
  ),
  ...phrase(
    'start',
    String.raw`\b(?:running|starting|started|begin(?:ning)?|executing|performing|launching|triggering|calling|run)[\s:]+(?:(?:the|a|an|scheduled|daily|nightly|hourly|weekly|periodic|manual|automatic|django|management|command|to|python \S*|\S*/?manage\.py)\s+)*${JOB}(?: at (?<at>.+))?`,
    String.raw`\b${CLEARING}\s+(?:${N}\s+)?(?:up\s+)?${SESSIONS}`,
    String.raw`(?:^|[\s/])(?:manage\.py|django-admin(?:\.py)?) (?:clear_?sessions|${CLEAR}_\w*sessions?)\b`,
    String.raw`\b${JOB}[:\s]+(?:has\s+)?(?:started|starting|begins?|began)\b`,
  ),
];

/** What Python, the shell, the container and PostgreSQL say of a command that did not do its work. */
const ERRORS: readonly Phrase[] = [
  exactly('nothing', /(?:Warning|WARNING|WARN)\b(?!.*(?:Error|Exception)\b)/u),
  exactly(
    'error',
    /(?:^|[\s:|])(?<failed>(?:[A-Za-z_]\w*\.)*(?:[A-Z]\w*(?:Error|Exception|Exit|Interrupt|NotConfigured|ImproperlyConfigured)|ImproperlyConfigured|DoesNotExist)\b(?:: .*|$))/u,
  ),
  exactly('error', /(?<failed>psycopg2?\.errors\.\w+.*)/u),
  exactly(
    'error',
    /(?:\S{1,200}: (?:command )?not found|\S{1,200}: No such file or directory|\S{1,200}: Permission denied|can't open file .*|syntax error.*|Syntax error.*|Exec format error|[Uu]nterminated quoted string)$/u,
  ),
  exactly(
    'error',
    /(?<failed>Unknown command: .*|No such command .*|(?:exec format error|executable file not found|no such file or directory|OCI runtime).*)/iu,
  ),
  exactly('error', /(?<failed>Traceback \(most recent call last\):)/u),
  exactly('error', /^(?<failed>Killed|Out of memory.*|Segmentation fault.*|Aborted.*)$/u),
  exactly('error', /^.{0,120}?(?:\b(?:ERROR|CRITICAL|FATAL)\b|level=(?:error|fatal))[\s:-]*(?<failed>.*)/u),
];

const BARE: readonly Phrase[] = [
  {
    means: 'error',
    within: true,
    when: /canceling statement due to|deadlock detected|[Cc]onnection refused|server closed the connection|could not connect/u,
  },
  { means: 'done', within: true, when: /^(?<deleted>\d[\d.,]*) (?:rows?|records?) (?:were )?(?:deleted|removed)\b/iu },
  {
    means: 'done',
    within: true,
    when: /^(?:all )?(?:done|finished|completed?|executed|ok|success(?:fully)?)\b[\w ]{0,30}[.!\]]*$/iu,
  },
  { means: 'done', within: true, when: /\b(?:exited with (?:code|status)|exit (?:code|status)[ :=]) ?0\b/iu },
];

/** What every sentence of a scheduler has one of: most lines have none, and need not be held against all. */
const OF_SCHEDULERS =
  /Task |Received|Scheduler|Job|job|cron|CRON|Subject|[Ee]xecut|Enqueue|Unhandled|\[Q\]|message|Complete|OCCURED|systemd\[|BackOff|Backoff|Deadline|ErrImage|OOMK|CreateC|MissS|TooMany|Missed|heroku|exited|limit|\d\/\d/u;

/** The first that fits a line is what it means. */
const PHRASES: readonly Phrase[] = [...SCHEDULERS, ...OWN_WORDS, ...ERRORS, ...BARE];

const WITH_NUMBERS = [...PHRASES.entries()];
const WITHOUT_SCHEDULERS = WITH_NUMBERS.slice(SCHEDULERS.length);

/** The phrases that a line may fit, with their numbers. */
export const phrasesFor = (text: string): readonly [number, Phrase][] =>
  OF_SCHEDULERS.test(text) ? WITH_NUMBERS : WITHOUT_SCHEDULERS;

/** The count of deleted sessions, wherever it stands: in what a task returns. */
export const COUNTS = OWN_WORDS.filter(({ when }) => when.source.includes('<deleted>')).map(({ when }) => when);

/** When the next run is; the words after it are read by `parseAnnouncement`. */
export const NEXT =
  /\b(?:next (?:scheduled )?(?:run|cleanup|clean-up|execution|session cleanup|check|wakeup|one)(?: is| due| time|:)*|sleeping|scheduled|runs? (?:daily|every(?: day)?|again)|daily|waiting)\s*(?:for|at|in|until|on|daily|every)?[:\s]+(?<next>.*)/iu;
export const REMAINING: readonly RegExp[] = [
  new RegExp(String.raw`\bremain\w*(?:[\s_]+(?:active[\s_]+)?sessions?)?[:=\s]+(?<remaining>${N})`, 'iu'),
  new RegExp(String.raw`(?<remaining>${N})\s+(?:\w+ )?(?:sessions? )?(?:remain\w*|left)\b`, 'iu'),
];
/** Words that turn the meaning of the others round. */
export const NEGATED = /\b(?:not|never|cannot|\w+n['’]t)\b/iu;
