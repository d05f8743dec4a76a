/** What the grader says, in English: the source. `es.ts` says the same in Spanish. */
export const en = {
  // submission
  missingFile: (file: string) => `there is no file ${file}`,
  nearestFile: (file: string) => `; is ${file} the one? Rename it`,
  linkedOutside: (file: string) => `${file} is a link to a place outside of the submission: put the file itself there`,
  notAFile: (file: string) => `${file} is not a file`,
  fileTooLarge: (file: string, limit: string) => `${file} is larger than ${limit}`,
  unreadable: {
    slow: "the code takes longer to be read than any exercise should: take it apart, or find what repeats in it",
    large: "the code takes more memory to be read than any exercise should: take it apart, or find what repeats in it",
  },
  tooDeep: "the code is nested too deeply to be read: take it apart into functions",
  importRefused: (name: string, allowed: string) => `"${name}" may not be imported here; what may: ${allowed}`,
  dynamicImport: "import(…) is not available in exercises: use an import statement at the top",
  importMeta: "import.meta is not available in exercises",
  notErasable: (what: string) =>
    `${what} is not available in exercises, which are TypeScript whose types can simply be taken away: say it in JavaScript's own words`,
  requireCall: "require(…) is not available in exercises: use an import statement at the top",
  nameRefused: (name: string) => `${name} may not be used in this exercise`,
  defaultExport: (name: string) =>
    `no function \`${name}\` is exported: \`export default\` gives it no name; write \`export function ${name}\``,
  topLevelAwait: "await outside of a function: exercises are synchronous, without async and await",
  missingExport: (name: string, near: string | undefined) =>
    `no function \`${name}\` is exported${near === undefined ? "" : `; \`${near}\` is: rename it`}`,

  // comparison; `subject` is a path such as weights[0], or theResult
  theResult: "the result",
  hasShape: (subject: string, got: string, expected: string) => `${subject} has shape ${got}, expected ${expected}`,
  hasDtype: (subject: string, got: string, expected: string) => `${subject} has dtype ${got}, expected ${expected}`,
  hasNo: (subject: string, key: string) => `${subject} has no \`${key}\``,
  hasSurplus: (subject: string, key: string) => `${subject} has \`${key}\` as well, which should not be there`,
  hasOddKeys: (subject: string) => `${subject} has keys that are no strings`,
  hasLength: (subject: string, got: number, expected: number) => `${subject} has ${got} entries, expected ${expected}`,
  isWhereDue: (subject: string, got: string, expected: string) => `${subject} is ${got} where ${expected} is due`,
  kinds: {
    tensor: "a tensor",
    numbers: "an array",
    array: "an array",
    number: "a number",
    boolean: "a boolean",
    string: "a string",
    undefined: "undefined (is a return missing?)",
    null: "null",
    object: "an object",
    map: "a Map",
    callable: "a function",
    disposed: "a disposed tensor",
    other: "a value that no exercise returns",
  },
  aPromise: "a Promise (exercises are synchronous: no async, no await)",
  aGenerator: "a generator (no function*: return the value itself)",
  aKind: (what: string) => `a ${what}`,
  gotExpected: (subject: string, got: string, expected: string) => `${subject}: got ${got}, expected ${expected}`,
  nanAt: (subject: string, count: number, of: number, where: string, expected: string) =>
    `${subject}: NaN in ${count} of ${of} places, first at ${where}, expected ${expected}`,
  valuesOff: (subject: string, off: number, of: number, where: string, got: string, expected: string) =>
    `${subject}: ${off} of ${of} values off, worst at ${where}: got ${got}, expected ${expected}`,
  tolerance: (absolute: string, relative: string) => ` (tolerance ${absolute} + ${relative}·|expected|)`,
  onlyExtreme:
    "With ordinary inputs the numbers are right: near ±1000 float32 overflows or loses its digits. Subtract what is common before you exponentiate, square or sum.",
  got: "got",
  expected: "expected",
  gradientBy: (argument: string) => `gradient by argument ${argument}`,
  notFinite: (subject: string, got: string) => `${subject} has ${got} where every number must be finite`,
  negativeWeight: (got: string) => `a weight is ${got}: the weights of a distribution are never negative`,
  theWeights: "the weights",
  sumsOfWeights: "the sums of the weights",
  maskedWeight: (got: string) => `a masked position has the weight ${got}; it must be exactly 0`,
  unknownCall: (args: string, due: string | undefined) =>
    `a function among the arguments was called with ${args}${due === undefined ? "; the reference never calls it" : `; the reference calls it with ${due}, for one`}`,
  calledAgain: (args: string, got: number, most: number) =>
    `a function among the arguments was called ${got} times with the same ${args}; ${most === 1 ? "once is enough" : `${most} times are enough`}`,
  doesNotFit: "the answer has a form of which this cannot be said: look at the checks above first",
  answersOtherwise: (name: string) => `${name} answers otherwise when it is called again with the same arguments`,
  calledOften: (which: number, of: number, got: number, expected: number) =>
    `the function${of > 1 ? ` number ${which} of the ${of}` : ""} among the arguments was called ${got} times, expected ${expected}`,
  tensorTooLarge: (got: number, limit: number) =>
    `a tensor with ${got} entries was made on the way, expected fewer than ${limit} in each`,
  sameForAll: (name: string) =>
    `${name} answers the same whatever it is given, so nothing else that holds of it counts`,
  shouldRefuse: (call: string) => `expected a RangeError from ${call}, but it returned a value`,
  refusedOtherwise: (call: string, how: string) => `expected a RangeError from ${call} that says what is wrong; ${how}`,

  // calls
  threw: (what: string) => `the call threw ${what}`,
  threwNonError: (value: string) => `the call threw ${value}, which is no Error`,
  anObject: "an object",
  withoutMessage: (name: string) => `${name} without a message`,
  loadThrew: (what: string) => `the file threw while it was loaded: ${what}`,
  notStarted: "not written yet: the TODO is still there",
  timedOut: (seconds: number) => `no answer within ${seconds} s: does a loop never end?`,
  outOfMemory: "more memory than a call may take (512 MB heap, 1 GiB in all): does something grow without end?",
  crashed: (how: string) => `the process ended before it answered (${how})`,
  tookTooLong: (seconds: number) => `not asked: the calls of this exercise took ${seconds} s in all`,
  budgetSpent: (seconds: number) =>
    `not asked: the exercises before it had used up the ${seconds} s of processor time for all of them`,
  gaveUp: "not asked: earlier calls ended their process twice",
  tooLarge: (what: string) => `the answer is too large: ${what}`,
  disposedInput: (name: string) =>
    `argument ${name} was disposed of: inputs belong to the caller, leave them as they are`,
  changedInput: (name: string) => `argument ${name} was changed: inputs belong to the caller, leave them as they are`,
  leftBehind: (left: number, returned: number) =>
    `${left} tensors are left over beside the ${returned} of the answer: in training they add up until the memory is full. Put the work into tf.tidy, or dispose of them`,
  leaked: (count: number) =>
    `${count} ${count === 1 ? "tensor outlives" : "tensors outlive"} tf.tidy: exercises keep none but those that they return (tf.keep, tf.variable)`,
  stackOverflow: "endless recursion (the call stack overflowed): where does it stop calling itself?",
  noGradient: (kernel: string) =>
    `tfjs has no gradient for the operation ${kernel}: write this step with others (matMul, slice, concat, where with a mask that does not depend on the inputs)`,
  broadcastGradient: (kernel: string) =>
    `tfjs cannot sum the gradient of ${kernel} over axes that were broadcast: for [..., a] times [a, b] use linear of ../support.js`,
  shapelessGradient: (kernel: string) =>
    `the gradient that tfjs has for ${kernel} does not get the shape of its input here: write this step with others (sub, mul, square, one-hot · table)`,
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
  checking: (check: number, of: number) => `check ${check} of ${of}`,
  takesLong: (seconds: number) => `this one takes longer: ${seconds} s so far`,
  preparing: "preparing the sandbox (first run only) …",
  starting: "starting …",
  points: (points: number, of: number) => `${points} of ${of} points`,
  shortPoints: (points: number, of: number) => `${points} of ${of}`,
  pointsSoFar: (points: number) => `${points} ${points === 1 ? "point" : "points"} so far, not final`,
  ungraded: "not graded",
  notFinal: (ids: string) =>
    `Not final: the grader itself failed${ids === "" ? "" : ` on ${ids}`}, so this is no grade. Grade again.`,
  unit: (number: number, title: string) => `Unit ${number} · ${title}`,
  total: "total",
  bonus: "bonus, optional exercises",
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
  remark: "worth knowing:",
  printed: "your code printed:",
  next: "next:",
  nextStep: (place: string, id: string) => `${place} · npm run hint -- ${id}`,
  bringBack: (id: string) => `npm run reset -- ${id} brings the stub back`,
  recordedCases:
    "Graded on recorded cases: the full suites draw new inputs, and need the key of whoever gives the course.",
  allPassed: "Everything passes. Well done!",
  stopped: "stopped at the first exercise that does not pass (--bail)",
  graderError:
    "This is a fault of the grader, not of your code, and nobody's loss: it is no grade. Run npm run doctor, report what it says, and grade again.",
  optional: "optional",

  // commands
  usage: "usage:",
  options: "options:",
  commands: "commands:",
  unknownCommand: (word: string, near: string | undefined) =>
    `there is no command "${word}"${near ? `; did you mean ${near}?` : ""}`,
  unknownOption: (option: string, near: string | undefined) =>
    `there is no option ${option}${near ? `; did you mean ${near}?` : ""}`,
  badOptionValue: (option: string) => `${option}: a value is missing, or is there where none belongs`,
  unknownFormat: (name: string, known: string) => `--format ${name}: expected ${known}`,
  oneOut: (count: number) =>
    `--out is for one format, and ${count} have no file of their own: say where each goes, such as --format junit=report.xml,json=grade.json`,
  manyOnOutput: (names: string) =>
    `${names} cannot share the standard output: say where each goes, such as --format junit=report.xml,json=grade.json`,
  unknownBench: (what: string) =>
    `there is no bench ${what}: leave it out, or say train (steps of training) or labs (what training reaches)`,
  unknownExercise: (word: string, near: string | undefined) =>
    `there is no exercise or unit "${word}"${near ? `; did you mean ${near}?` : "."} npm run list shows all`,
  oneExercise: (command: string) => `npm run ${command} -- 1.1: name one exercise`,
  badSeed: (word: string) => `--seed takes a whole number from 0 to 4294967295, not "${word}"`,
  badLanguage: (where: string, word: string) => `${where} takes en or es, not "${word}"`,
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
    suites: "suites",
    suitesFine: (count: number) => `those of ${count} exercises are there`,
    suitesDamaged: (file: string, more: number) =>
      `${file}${more > 0 ? ` and ${more} more` : ""}: missing or damaged; get it back with git checkout -- grader`,
    fine: "Everything is in order.",
    notFine: "Something is missing; see above.",
  },
};

export type Dictionary = typeof en;
