/** What the grader says, in English: the source. `es.ts` says the same in Spanish. */
export const en = {
  // submission
  missingFile: (file: string) => `there is no file ${file}`,
  nearestFile: (file: string) => `; is ${file} the one? Rename it`,
  linkedOutside: (file: string) => `${file} is a link to a place outside of the submission: put the file itself there`,
  notAFile: (file: string) => `${file} is not a file`,
  fileTooLarge: (file: string, limit: string) => `${file} is larger than ${limit}`,
  importRefused: (name: string, allowed: string) => `"${name}" may not be imported here; what may: ${allowed}`,
  dynamicImport: "import(…) is not available in exercises: use an import statement at the top",
  requireCall: "require(…) is not available in exercises: use an import statement at the top",
  nameRefused: (name: string) => `${name} may not be used in this exercise`,
  missingExport: (name: string, near: string | undefined) =>
    `no function \`${name}\` is exported${near === undefined ? "" : `; \`${near}\` is: rename it`}`,

  // calls
  threw: (what: string) => `the call threw ${what}`,
  threwNonError: (type: string, value: string) => `the call threw a ${type} (${value}) and not an Error`,
  loadThrew: (what: string) => `the file threw while it was loaded: ${what}`,
  notStarted: "not written yet: the TODO is still there",
  timedOut: (seconds: number) => `no answer within ${seconds} s: does a loop never end?`,
  outOfMemory: "more memory than a call may take (512 MB heap, 1 GiB in all): does something grow without end?",
  crashed: (how: string) => `the process ended before it answered (${how})`,
  gaveUp: "not asked: earlier calls ended their process twice",
  tooLarge: (what: string) => `the answer is too large: ${what}`,
  disposedInput: (name: string) =>
    `argument ${name} was disposed of: inputs belong to the caller, leave them as they are`,
  changedInput: (name: string) => `argument ${name} was changed: inputs belong to the caller, leave them as they are`,
  leaked: (count: number) =>
    `${count} ${count === 1 ? "tensor outlives" : "tensors outlive"} tf.tidy: exercises keep no tensors (tf.keep, tf.variable)`,
  stackOverflow: "endless recursion (the call stack overflowed): where does it stop calling itself?",
  noGradient: (kernel: string) =>
    `tfjs has no gradient for the operation ${kernel}: write this step with others (matMul, slice, concat, where with a mask that does not depend on the inputs)`,
  noPath:
    "the result does not depend on one of the arguments, or the way to it is cut (dataSync, arraySync, tf.tensor of numbers): keep to tensor operations",

  // grading
  noChecks: (expected: number, found: number) => `the suite ran ${found} checks, the syllabus says ${expected}`,
  suiteFailed: (why: string) => `the suite itself failed: ${why}`,

  // terminal
  title: "Attention workbook",
  seed: (seed: number) => `seed ${seed}`,
  cached: "unchanged",
  grading: (id: string, title: string) => `grading ${id} ${title} …`,
  preparing: "preparing the sandbox (first run only) …",
  starting: "starting …",
  points: (points: number, of: number) => `${points} of ${of} points`,
  shortPoints: (points: number, of: number) => `${points} of ${of}`,
  unit: (number: number, title: string) => `Unit ${number} · ${title}`,
  total: "total",
  bonus: (points: number) => `bonus: ${points}`,
  outcome: {
    passed: "passed",
    partial: "partly right",
    wrong: "not right yet",
    "not started": "not started",
    missing: "missing",
    "does not compile": "does not compile",
    "breaks a rule": "breaks a rule",
    threw: "threw an error",
    "bad value": "wrong kind of value",
    "timed out": "took too long",
    "out of memory": "out of memory",
    crashed: "ended its process",
    waiting: "waiting",
    "grader error": "grader error",
  },
  waitingFor: (ids: string) => `waiting for ${ids}: pass ${ids.includes(",") ? "them" : "it"} first`,
  printed: "your code printed:",
  next: "next:",
  nextStep: (place: string, id: string) => `${place} · npm run hint -- ${id}`,
  bringBack: (id: string) => `npm run reset -- ${id} brings the stub back`,
  allPassed: "Everything passes. Well done!",
  stopped: "stopped at the first exercise that does not pass (--bail)",
  graderError:
    "This is a fault of the grader, not of your code; it costs no points. Run npm run doctor and report what it says.",
  optional: "optional",

  // commands
  usage: "usage:",
  options: "options:",
  commands: "commands:",
  unknownCommand: (word: string, near: string | undefined) =>
    `there is no command "${word}"${near ? `; did you mean ${near}?` : ""}`,
  unknownExercise: (word: string, near: string | undefined) =>
    `there is no exercise or unit "${word}"${near ? `; did you mean ${near}?` : ""} npm run list shows all`,
  oneExercise: (command: string) => `npm run ${command} -- 1.1: name one exercise`,
  badSeed: (word: string) => `--seed takes a whole number from 0 to 4294967295, not "${word}"`,
  badLanguage: (word: string) => `--lang takes en or es, not "${word}"`,
  noSubmission: (folder: string) =>
    `${folder} holds no exercises: --submission takes a fork's root or a folder of units such as solutions`,
  needsTerminal: "npm run watch needs a terminal; npm run grade works anywhere",
  hint: (index: number, of: number, id: string) => `Hint ${index} of ${of} for ${id}`,
  lastHint: (id: string) => `That was the last one. npm run hint -- ${id} starts anew.`,
  moreHints: (id: string) => `The next one: npm run hint -- ${id}`,
  noHints: (id: string) => `the lesson has no hints for ${id}`,
  readMore: (file: string) => `The lesson: ${file}`,
  resetQuestion: (file: string) => `Put the stub of ${file} in place of what you wrote? [y/N] `,
  yes: /^\s*(y|yes|s|si|sí)\s*$/i,
  resetDone: (file: string, backup: string) => `${file} is the stub again; what you wrote is in ${backup}`,
  resetKept: "nothing was changed",
  resetSame: (file: string) => `${file} is the stub already`,
  resetAsk: "npm run reset asks before it acts; without a terminal, say --yes",
  written: (file: string) => `${file} written`,
  stubsDone: (written: number, all: number) => `${all} stubs, ${written} written`,
  legend: "✓ passed  ◐ partly  ✗ not yet  · not started",
  needs: (ids: string) => `needs ${ids}`,
  watchKeys: "n next · h hint · l list · r reset · a all · q quit",
  watching: (file: string) => `watching ${file}`,
  watchNext: "passed: n goes to the next one",
  waitingForSave: "save the file to grade it",

  // doctor
  doctor: {
    node: "Node.js",
    nodeOld: (version: string) => `${version} is too old: install 20.19 or newer (nodejs.org)`,
    packages: "packages",
    packagesMissing: (name: string) => `${name} is missing: run npm ci`,
    snapshot: "snapshot",
    snapshotFine: (milliseconds: number) => `built and starts in ${milliseconds} ms`,
    permission: "permission model",
    permissionFine: "student code can read no file, start no process and open no connection",
    permissionOpen: (what: string) => `student code could reach ${what}: do not grade code that you do not trust`,
    bubblewrap: "bubblewrap",
    bubblewrapFine: "works: the sandbox has no network and no file system",
    bubblewrapMissing: "not used; optional (Debian, Ubuntu: apt install bubblewrap)",
    cache: "write access",
    cacheFine: (folder: string) => folder,
    cacheElsewhere: (folder: string) => `the checkout is read-only; the cache is in ${folder}`,
    exercises: "exercises",
    exercisesFine: (count: number) => `${count} files can be written`,
    exercisesReadOnly: (file: string) => `${file} cannot be written: check its owner and mode`,
    fine: "Everything is in order.",
    notFine: "Something is missing; see above.",
  },
};

export type Dictionary = typeof en;
